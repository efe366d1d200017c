//! Numbers as JSON Schema compares and divides them.

use std::cmp::Ordering;

use serde_json::Number;

/// Compares a number with a limit from a schema; `None` if that is not a number.
pub(super) fn compare(number: &Number, limit: &str) -> Option<Ordering> {
    let whole = number
        .as_i64()
        .map(i128::from)
        .or_else(|| number.as_u64().map(i128::from));
    match (whole, limit.parse::<i128>()) {
        (Some(number), Ok(limit)) => Some(number.cmp(&limit)),
        _ => number.as_f64()?.partial_cmp(&limit.parse::<f64>().ok()?),
    }
}

/// Whether a number is a multiple of another one.
pub(super) fn is_multiple(number: &Number, of: &str) -> bool {
    let text = number.to_string();
    match (Decimal::read(&text), Decimal::read(of)) {
        (Some(number), Some(of)) => number.is_multiple_of(of),
        // Numbers of more than 38 digits can't be checked, and a valid value must not be rejected.
        _ => true,
    }
}

/// A number as an integer times a power of ten; its sign does not matter here.
#[derive(Clone, Copy)]
struct Decimal {
    digits: u128,
    exponent: i64,
}

impl Decimal {
    fn read(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let mantissa = mantissa.trim_start_matches('-');
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let digits = format!("{whole}{fraction}").parse().ok()?;
        let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        Some(Decimal { digits, exponent })
    }

    fn is_multiple_of(self, of: Decimal) -> bool {
        if self.digits == 0 {
            return true;
        }
        if of.digits == 0 {
            return false;
        }
        match self.exponent.checked_sub(of.exponent) {
            Some(shift @ 0..) => self.remainder(shift, of.digits) == Some(0),
            Some(shift) => {
                let power = u32::try_from(-shift)
                    .ok()
                    .and_then(|n| 10u128.checked_pow(n));
                let divisor = power.and_then(|power| power.checked_mul(of.digits));
                // A divisor with more digits than the number divides none but zero.
                divisor.is_some_and(|divisor| self.digits.is_multiple_of(divisor))
            }
            None => false,
        }
    }

    /// The remainder of `digits × 10^shift`, with intermediate products in 128 bits.
    fn remainder(self, shift: i64, divisor: u128) -> Option<u128> {
        let multiply =
            |a: u128, b: u128| (a % divisor).checked_mul(b % divisor).map(|p| p % divisor);
        let (mut result, mut base, mut power) = (self.digits % divisor, 10 % divisor, shift);
        while power > 0 {
            if power & 1 == 1 {
                result = multiply(result, base)?;
            }
            base = multiply(base, base)?;
            power >>= 1;
        }
        Some(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn multiples_are_decimal() {
        for (text, of) in [
            ("0.3", "0.1"),
            ("4.02", "0.01"),
            ("0.0075", "0.0001"),
            ("0", "7"),
            ("-9", "3"),
            ("1e308", "1"),
            ("1e300", "0.5"),
            ("12391239123", "1e-8"),
            ("6", "1.5"),
            ("3.0", "3"),
        ] {
            assert!(is_multiple(&number(text), of), "{text} {of}");
        }
        for (text, of) in [
            ("0.00751", "0.0001"),
            ("1e308", "0.123456789"),
            ("35", "1.5"),
            ("7", "2"),
            ("0.1", "0.3"),
            ("1e-300", "1"),
        ] {
            assert!(!is_multiple(&number(text), of), "{text} {of}");
        }
    }

    #[test]
    fn limits_are_compared_exactly_where_both_are_whole() {
        assert_eq!(
            compare(&number("9007199254740993"), "9007199254740992"),
            Some(Ordering::Greater)
        );
        assert_eq!(
            compare(&number("18446744073709551615"), "18446744073709551615"),
            Some(Ordering::Equal)
        );
        assert_eq!(compare(&number("2"), "2.0"), Some(Ordering::Equal));
        assert_eq!(compare(&number("1e300"), "3"), Some(Ordering::Greater));
    }
}
