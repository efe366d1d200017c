//! The CPU time of a small request: through the client, by hand, and through a blocking call.
//!
//! Where the system happens to place code and stack changes the ratio of a process by one or two
//! hundredths, however long it measures. So the ratio is measured in several processes.

use std::process::Command;
use std::time::{Duration, Instant};

use losant::{Client, ObjectId};
use tokio::runtime::Runtime;

use crate::bare::Bare;
use crate::server::{Server, log_id};
use crate::usage::cpu_time;
use crate::{client, instance, ratio, spread};

/// Many short rounds, so that other load on the machine affects all kinds of calls alike.
const ROUNDS: usize = 60;
/// The number of calls per round, of each kind.
const CALLS: usize = 500;

/// The cost of one call.
#[derive(Clone, Copy)]
struct Cost {
    cpu: Duration,
    elapsed: Duration,
}

/// The number of measuring processes. Each has its own memory layout.
const PROCESSES: usize = 7;

/// The argument that turns the program into a measuring process.
pub const MEASURE: &str = "measure-overhead";

pub fn run(_: &Runtime) {
    println!("overhead  of a small request, against the same by hand");
    let printed: Vec<String> = (0..PROCESSES).map(|_| measured_apart()).collect();
    for kind in ["through the client (bar: 1.05)", "through a blocking call"] {
        let figures = |line: &str| {
            let (cpu, elapsed) = line
                .strip_prefix(kind)?
                .strip_prefix(": ")?
                .split_once(' ')?;
            Some((cpu.parse::<f64>().ok()?, elapsed.parse::<f64>().ok()?))
        };
        let lines = printed.iter().flat_map(|text| text.lines());
        let (cpu, elapsed): (Vec<f64>, Vec<f64>) = lines.filter_map(figures).unzip();
        if cpu.is_empty() {
            println!("          {kind}: not measured: only Linux reports it");
            continue;
        }
        let ([least, middle, most], [_, elapsed, _]) = (spread(cpu), spread(elapsed));
        println!(
            "          {kind}: CPU {middle:.3} ({least:.3} to {most:.3} in {PROCESSES} processes); \
             time {elapsed:.3}"
        );
    }
}

fn measured_apart() -> String {
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program).arg(MEASURE).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Measures in the current process.
pub fn measure(runtime: &Runtime) {
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
    compare("through the client (bar: 1.05)", &through_client, &by_hand);
    // Runs last: it starts a thread, and memory is slower with several threads.
    compare("through a blocking call", &blocking, &by_hand);
}

async fn by_client(client: &Client, id: &ObjectId) {
    let instance = instance();
    for _ in 0..CALLS {
        let call = client
            .instance_audit_log(instance.clone(), id.clone())
            .get();
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
        // Each runs first as often as last.
        for kind in [round % 2, (round + 1) % 2] {
            let Some(cost) = measured(kinds[kind]) else {
                return;
            };
            costs[kind].push(cost);
        }
    }
    let [by_hand, through] = costs;
    let ratios = |part: fn(&Cost) -> Duration| {
        let pairs = through.iter().zip(&by_hand);
        spread(pairs.map(|(a, b)| ratio(part(a), part(b))).collect())
    };
    let [_, cpu, _] = ratios(|cost| cost.cpu);
    let [_, elapsed, _] = ratios(|cost| cost.elapsed);
    println!("{name}: {cpu} {elapsed}");
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
