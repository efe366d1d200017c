//! The CPU time of a small request: through the client, by hand, and through a blocking call.

use std::time::{Duration, Instant};

use losant::{Client, ObjectId};
use tokio::runtime::Runtime;

use crate::bare::Bare;
use crate::server::{Server, log_id};
use crate::usage::cpu_time;
use crate::{client, instance, ratio, spread};

/// Many short rounds, so that what else the machine does comes to all kinds alike.
const ROUNDS: usize = 120;
/// In each round, of each kind.
const CALLS: usize = 500;

/// What one call took.
#[derive(Clone, Copy)]
struct Cost {
    cpu: Duration,
    elapsed: Duration,
}

pub fn run(runtime: &Runtime) {
    let server = Server::start(Duration::ZERO, 0);
    let (client, bare) = (client(&server.url), Bare::new(&server.url));
    let id = log_id(7);
    let log: ObjectId = id.parse().unwrap();
    let call = || client.instance_audit_log(instance(), log.clone()).get();
    let request = call().http_request().unwrap();
    assert_eq!(request.uri().to_string(), bare.log_url(&id));

    let through_client = || runtime.block_on(by_client(&client, &log));
    let by_hand = || runtime.block_on(by_hand(&bare, &id));
    let blocking = || {
        for _ in 0..CALLS {
            let answer = call().send_blocking().unwrap();
            assert_eq!(answer.id.as_ref(), Some(&log));
        }
    };
    println!("overhead  of a small request, against the same by hand");
    compare("through the client (bar: 1.05)", &through_client, &by_hand);
    // Last, as it starts a thread, and memory costs more where there are several.
    compare("through a blocking call", &blocking, &by_hand);
}

async fn by_client(client: &Client, id: &ObjectId) {
    for _ in 0..CALLS {
        let call = client.instance_audit_log(instance(), id.clone()).get();
        let answer = call.send().await.unwrap();
        assert_eq!(answer.id.as_ref(), Some(id));
    }
}

async fn by_hand(bare: &Bare, id: &str) {
    for _ in 0..CALLS {
        let log = bare.log(id).await.unwrap();
        assert_eq!(log.id.as_deref(), Some(id));
    }
}

fn compare(name: &str, calls: &dyn Fn(), by_hand: &dyn Fn()) {
    let kinds = [by_hand, calls];
    kinds.iter().for_each(|kind| kind());
    let mut costs = [const { Vec::new() }; 2];
    for round in 0..ROUNDS {
        // Each is first as often as last.
        for kind in [round % 2, (round + 1) % 2] {
            let Some(cost) = measured(kinds[kind]) else {
                return println!("          {name}: not measured, as only Linux tells");
            };
            costs[kind].push(cost);
        }
    }
    let [by_hand, through] = costs;
    let ratios = |part: fn(&Cost) -> Duration| {
        let pairs = through.iter().zip(&by_hand);
        spread(pairs.map(|(a, b)| ratio(part(a), part(b))).collect())
    };
    let least = |costs: &[Cost]| costs.iter().map(|cost| cost.cpu).min().unwrap();
    let (least, by_hand) = (least(&through), least(&by_hand));
    let [_, cpu, _] = ratios(|cost| cost.cpu);
    let [_, elapsed, _] = ratios(|cost| cost.elapsed);
    println!(
        "          {name}: CPU {cpu:.3}, of the least {:.3} ({least:.2?} / {by_hand:.2?}); \
         time {elapsed:.3}",
        ratio(least, by_hand)
    );
}

fn measured(calls: &dyn Fn()) -> Option<Cost> {
    let (start, before) = (Instant::now(), cpu_time()?);
    calls();
    let count = u32::try_from(CALLS).ok()?;
    Some(Cost {
        cpu: (cpu_time()? - before) / count,
        elapsed: start.elapsed() / count,
    })
}
