//! What the manifest of the emitted crate says, and the environment variable of its examples.

use super::{Wrong, url};
use crate::descriptor::Package;
use crate::diagnostics::quoted;

/// The longest name that crates.io accepts.
const LONGEST: usize = 64;

/// Names with a meaning in Rust or Cargo, or of dependencies of the emitted crate.
const TAKEN: &[(&str, &[&str])] = &[
    (
        "is a keyword of Rust",
        &[
            "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
            "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen",
            "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override",
            "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
            "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while",
            "yield",
        ],
    ),
    (
        "is a crate of the standard library",
        &["alloc", "core", "proc-macro", "std", "test"],
    ),
    (
        "is a folder of Cargo's",
        &["build", "deps", "examples", "incremental"],
    ),
    (
        "is a crate that the emitted one depends on",
        &["client-runtime", "futures-util", "tokio"],
    ),
    (
        "is a name that Windows reserves",
        &[
            "aux", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con",
            "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "nul", "prn",
        ],
    ),
];

/// The name of the crate, by the rules of Cargo and crates.io.
pub(super) fn name(name: &str) -> Result<(), Wrong> {
    let wrong = |what: &str| {
        let message = format!("{} is not a valid crate name: it {what}", quoted(name));
        let help = "write lower-case ASCII letters, digits, `-` and `_`, a letter first, e.g. `example-api`";
        Wrong::new(message, help)
    };
    if name.is_empty() {
        return Err(wrong("is empty"));
    }
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    if let Some(other) = name.chars().find(|c| !is_part(*c)) {
        return Err(wrong(&format!("contains {}", quoted(&other.to_string()))));
    }
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Err(wrong("does not start with a letter"));
    }
    if name.len() > LONGEST {
        return Err(wrong(&format!("is longer than {LONGEST} characters")));
    }
    let spelled = name.replace('_', "-");
    match TAKEN
        .iter()
        .find(|(_, names)| names.contains(&spelled.as_str()))
    {
        Some((what, _)) => Err(wrong(what)),
        None => Ok(()),
    }
}

/// The version of the crate.
pub(super) fn version(version: &str) -> Result<(), Wrong> {
    let number = semver::Version::parse(version);
    number.map(drop).map_err(|error| {
        Wrong::new(
            format!("{} is not a valid version: {error}", quoted(version)),
            "write three numbers, e.g. `0.1.0`; see semver.org",
        )
    })
}

/// The most keywords, and the most categories, that crates.io accepts.
const MOST: usize = 5;

/// The entries that crates.io reads, by their keys. Whether a category exists is for crates.io to
/// say.
pub(super) fn for_a_registry(package: &Package) -> Vec<(&'static str, Result<(), Wrong>)> {
    let license = package.license.as_deref().map_or(Ok(()), license);
    let repository = package.repository.as_deref().map_or(Ok(()), url::page);
    vec![
        ("license", license),
        ("repository", repository),
        ("keywords", few(&package.keywords, "keyword", is_keyword)),
        (
            "categories",
            few(&package.categories, "category", is_category),
        ),
    ]
}

/// An expression of SPDX.
fn license(license: &str) -> Result<(), Wrong> {
    let parsed = spdx::Expression::parse(license).map(drop);
    parsed.map_err(|error| {
        let reason = error.reason;
        let message = format!("{} is not an SPDX expression: {reason}", quoted(license));
        let help =
            "write the identifiers of licences, e.g. `MIT OR Apache-2.0`; see spdx.org/licenses";
        Wrong::new(message, help)
    })
}

/// A word of at most 20 characters.
fn is_keyword(word: &str) -> bool {
    word.len() <= 20
        && word.starts_with(|c: char| c.is_ascii_alphanumeric())
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-+".contains(c))
}

/// A name such as `web-programming::http-client`.
fn is_category(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let mut parts = name.split("::");
    parts.all(|part| !part.is_empty() && part.chars().all(is_part))
}

/// A list of at most [`MOST`] such words, each of them once.
fn few(list: &[String], what: &str, is_right: fn(&str) -> bool) -> Result<(), Wrong> {
    let help = match what {
        "keyword" => {
            "write at most 5 keywords of 1 to 20 ASCII letters, digits, `_`, `-` and `+`, a letter or \
             digit first"
        }
        _ => "write at most 5 of the names on crates.io/category_slugs, e.g. `api-bindings`",
    };
    // A registry reads them in lower case.
    if list.len() > MOST {
        let message = format!("expected at most {MOST} items, found {}", list.len());
        return Err(Wrong::new(message, help));
    }
    for (index, word) in list.iter().enumerate() {
        let is_earlier = |other: &String| other.eq_ignore_ascii_case(word);
        let wrong = match word {
            word if !is_right(word) => format!("is not a valid {what}"),
            _ if list[..index].iter().any(is_earlier) => "appears twice".to_owned(),
            _ => continue,
        };
        return Err(Wrong::new(format!("{} {wrong}", quoted(word)), help));
    }
    Ok(())
}

/// Variables with a meaning for the shell, the loader, TLS, proxies or the tools that run an
/// example, or with a secret that is never a token of an HTTP API; a name that ends in `_` is a
/// prefix.
const MEANT: &[&str] = &[
    "ALL_PROXY",
    "APPDATA",
    "AWS_",
    "AZURE_",
    "BASHOPTS",
    "BASH_",
    "CARGO",
    "CARGO_",
    "CDPATH",
    "COMSPEC",
    "CURL_",
    "DOCKER_",
    "DYLD_",
    "EDITOR",
    "ENV",
    "FTP_PROXY",
    "GCONV_PATH",
    "GIT_",
    "GLIBC_TUNABLES",
    "GLOBIGNORE",
    "GNUPGHOME",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GPG_",
    "HOME",
    "HOSTALIASES",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "IFS",
    "JAVA_",
    "KUBECONFIG",
    "LANG",
    "LC_",
    "LD_",
    "LOCALAPPDATA",
    "LOCPATH",
    "LOGNAME",
    "MAIL",
    "MALLOC_",
    "MANPATH",
    "NLSPATH",
    "NODE_",
    "NO_PROXY",
    "NPM_",
    "OLDPWD",
    "OPENSSL_",
    "PAGER",
    "PATH",
    "PATHEXT",
    "PERL5LIB",
    "PERL5OPT",
    "POSIXLY_CORRECT",
    "PROGRAMDATA",
    "PROMPT_COMMAND",
    "PS1",
    "PS2",
    "PS4",
    "PWD",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "REQUESTS_CA_BUNDLE",
    "RESOLV_HOST_CONF",
    "RES_OPTIONS",
    "RUBYOPT",
    "RUSTC",
    "RUSTC_",
    "RUSTDOCFLAGS",
    "RUSTFLAGS",
    "RUST_",
    "SHELL",
    "SHELLOPTS",
    "SHLVL",
    "SSH_",
    "SSLKEYLOGFILE",
    "SSL_",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TERM",
    "TMP",
    "TMPDIR",
    "TOKIO_",
    "TZ",
    "USER",
    "USERPROFILE",
    "VISUAL",
    "WINDIR",
    "XDG_",
];

/// The variable with the token.
pub(super) fn variable(name: &str) -> Result<(), Wrong> {
    let help = "write ASCII letters, digits and `_`, no digit first, e.g. `EXAMPLE_TOKEN`";
    let is_name = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_name {
        let message = format!(
            "{} is not a valid name for an environment variable",
            quoted(name)
        );
        return Err(Wrong::new(message, help));
    }
    let upper = name.to_ascii_uppercase();
    let is_meant =
        |meant: &&str| upper == **meant || meant.ends_with('_') && upper.starts_with(*meant);
    if MEANT.iter().any(is_meant) {
        Err(Wrong::new(
            format!("the environment variable {} is reserved", quoted(name)),
            "choose another name for the token, e.g. `EXAMPLE_TOKEN`",
        ))
    } else {
        Ok(())
    }
}
