//! URLs, by RFC 3986.

use super::Wrong;
use crate::diagnostics::quoted;

/// The URL that every request starts with.
pub(super) fn base(url: &str) -> Result<(), Wrong> {
    let wrong = |what: &str, help: &str| {
        let message = format!("{} is not a valid base URL: {what}", quoted(url));
        Wrong::new(message, help)
    };
    let help = "write scheme and host, and optionally port and path, e.g. \
                `https://api.example.com/v1`";
    let rest = characters(url, |c| c.is_ascii_alphanumeric()).map_err(|what| wrong(&what, help))?;
    if rest.contains(['?', '#']) {
        return Err(wrong(
            "it has a query or a fragment",
            "remove it: paths are appended to the URL, and `params` lists the parameters of every action",
        ));
    }
    if rest.ends_with('/') {
        return Err(wrong(
            "it ends with a slash",
            "remove the slash: paths begin with one",
        ));
    }
    let (authority, _) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        return Err(wrong(
            "it has a user or a password",
            "remove it: programs pass their token at run time",
        ));
    }
    host(authority).map_err(|what| wrong(what, help))
}

/// The URL of a web page, which may have letters of any script.
pub(super) fn page(url: &str) -> Result<(), Wrong> {
    let wrong = |what: &str| {
        let message = format!("{} is not a valid URL: {what}", quoted(url));
        let help = "write it with its scheme, e.g. `https://docs.example.com/api`, with other \
                    characters percent-encoded, or remove it";
        Wrong::new(message, help)
    };
    let rest = characters(url, char::is_alphanumeric).map_err(|what| wrong(&what))?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(wrong("it has a user or a password"));
    }
    host(authority).map_err(wrong)
}

/// The part after the scheme, if that is http or https, and all characters are valid.
fn characters(url: &str, is_letter: fn(char) -> bool) -> Result<&str, String> {
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
        return Err("it does not start with `http://` or `https://`".to_owned());
    }
    let mut chars = rest.chars();
    while let Some(c) = chars.next() {
        let is_right = match c {
            '%' => chars.as_str().get(..2).is_some_and(is_hexadecimal),
            c => is_letter(c) || "-._~:/?#[]@!$&'()*+,;=".contains(c),
        };
        if !is_right {
            return Err(format!("it contains {}", quoted(&c.to_string())));
        }
    }
    Ok(rest)
}

fn is_hexadecimal(digits: &str) -> bool {
    digits.chars().all(|digit| digit.is_ascii_hexdigit())
}

/// Whether there is a host, and a valid port if there is one.
fn host(authority: &str) -> Result<(), &'static str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(address) => {
            let (address, port) = address.split_once(']').ok_or("its host has no `]`")?;
            if address.parse::<std::net::Ipv6Addr>().is_err() {
                return Err("its host is not a valid IPv6 address");
            }
            ("address", port)
        }
        None => {
            let end = authority.find(':').unwrap_or(authority.len());
            authority.split_at(end)
        }
    };
    let is_label = |label: &str| {
        let is_letter = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        !label.is_empty() && label.chars().all(is_letter)
    };
    if !host
        .strip_suffix('.')
        .unwrap_or(host)
        .split('.')
        .all(is_label)
    {
        return Err("it has no valid host");
    }
    let number = port.strip_prefix(':').unwrap_or(port);
    let is_number = number.chars().all(|digit| digit.is_ascii_digit());
    let is_port = number.is_empty() || is_number && number.parse::<u16>().is_ok();
    if is_port && (port.is_empty() || port.starts_with(':')) {
        Ok(())
    } else {
        Err("its port is not a number up to 65535")
    }
}
