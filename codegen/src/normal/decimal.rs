//! Numbers compared by their exact value.

use std::cmp::Ordering;
use std::fmt;

use serde_json::Number;

/// A number as `digits × 10^exponent`, without rounding. Equal numbers are equal however they are
/// written: `1`, `1.0` and `10e-1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decimal {
    negative: bool,
    /// From the most significant one; neither the first nor the last is 0. Empty for zero.
    digits: Vec<u8>,
    exponent: i64,
}

/// Longer numbers are compared as `f64`, so that no exponent makes a check slow.
const LONGEST: i64 = 4096;

impl Decimal {
    /// Parses a JSON number.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = whole.bytes().chain(fraction.bytes());
        let digits: Option<Vec<u8>> = digits
            .map(|digit| digit.is_ascii_digit().then(|| digit - b'0'))
            .collect();
        let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        Some(Self::of(negative, digits?, exponent))
    }

    fn of(negative: bool, mut digits: Vec<u8>, mut exponent: i64) -> Self {
        while digits.last() == Some(&0) {
            digits.pop();
            exponent += 1;
        }
        let zeros = digits.iter().take_while(|digit| **digit == 0).count();
        digits.drain(..zeros);
        let is_zero = digits.is_empty();
        Decimal {
            negative: negative && !is_zero,
            digits,
            exponent: if is_zero { 0 } else { exponent },
        }
    }

    /// The value of a JSON number.
    pub fn of_number(number: &Number) -> Self {
        Self::parse(&number.to_string()).unwrap_or_else(|| Self::of(false, Vec::new(), 0))
    }

    /// Whether it is an integer.
    pub fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// Whether it is greater than zero.
    pub fn is_positive(&self) -> bool {
        !self.negative && !self.digits.is_empty()
    }

    /// The least integer that is not less than it, if that fits.
    pub fn ceil(&self) -> Option<i128> {
        self.rounded(!self.negative)
    }

    /// The greatest integer that is not greater than it, if that fits.
    pub fn floor(&self) -> Option<i128> {
        self.rounded(self.negative)
    }

    fn rounded(&self, away_from_zero: bool) -> Option<i128> {
        let mut whole: i128 = 0;
        let shown = i64::try_from(self.digits.len()).ok()? + self.exponent;
        for position in 0..shown.max(0) {
            let digit = usize::try_from(position)
                .ok()
                .and_then(|n| self.digits.get(n));
            let digit = i128::from(digit.copied().unwrap_or(0));
            whole = whole.checked_mul(10)?.checked_add(digit)?;
        }
        if away_from_zero && !self.is_integer() {
            whole = whole.checked_add(1)?;
        }
        Some(if self.negative { -whole } else { whole })
    }

    /// Whether it is a multiple of another number. Only zero is a multiple of zero.
    pub fn is_multiple_of(&self, other: &Decimal) -> bool {
        if self.digits.is_empty() || other.digits.is_empty() {
            return self.digits.is_empty();
        }
        let shared = self.exponent.min(other.exponent);
        let zeros = |number: &Decimal| number.exponent - shared;
        let divisor = other.scaled(zeros(other));
        match divisor {
            Some(divisor) if zeros(self) < LONGEST => {
                let zeros = std::iter::repeat_n(0, usize::try_from(zeros(self)).unwrap_or(0));
                let digits = self.digits.iter().copied().chain(zeros);
                digits.fold(0, |rest, digit| (rest * 10 + u128::from(digit)) % divisor) == 0
            }
            // For a divisor or a number this long, only an obvious multiple counts.
            _ => self.digits == other.digits && self.exponent >= other.exponent,
        }
    }

    /// The digits with zeros after them, if there is room for one more digit.
    fn scaled(&self, zeros: i64) -> Option<u128> {
        let length = i64::try_from(self.digits.len()).ok()?.checked_add(zeros)?;
        if length > 36 {
            return None;
        }
        let zeros = std::iter::repeat_n(0, usize::try_from(zeros).ok()?);
        let digits = self.digits.iter().copied().chain(zeros);
        Some(digits.fold(0, |number, digit| number * 10 + u128::from(digit)))
    }

    /// Compares the absolute values.
    fn size(&self, other: &Decimal) -> Ordering {
        let magnitude = |number: &Decimal| {
            let length = i64::try_from(number.digits.len()).unwrap_or(i64::MAX);
            number.exponent.saturating_add(length)
        };
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            // Without trailing zeros, a longer number with the same start is greater.
            (false, false) => magnitude(self)
                .cmp(&magnitude(other))
                .then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Decimal::of_number(&number.into())
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.size(other),
            (true, true) => other.size(self),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Formats a JSON number.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.digits.is_empty() {
            return f.write_str("0");
        }
        if self.negative {
            f.write_str("-")?;
        }
        let digits: String = self.digits.iter().map(|d| char::from(b'0' + d)).collect();
        let point = i64::try_from(digits.len()).unwrap_or(i64::MAX) + self.exponent;
        match (self.exponent, point) {
            (0..=20, _) => {
                let zeros = usize::try_from(self.exponent).unwrap_or(0);
                write!(f, "{digits}{}", "0".repeat(zeros))
            }
            (..0, 1..) => {
                let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(0));
                write!(f, "{whole}.{fraction}")
            }
            (..0, -10..=0) => {
                let zeros = usize::try_from(-point).unwrap_or(0);
                write!(f, "0.{}{digits}", "0".repeat(zeros))
            }
            _ => write!(f, "{digits}e{}", self.exponent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn numbers_are_equal_however_they_are_written() {
        for (one, other) in [("1", "1.0"), ("10", "1e1"), ("0.5", "5E-1"), ("0", "-0.0")] {
            assert_eq!(decimal(one), decimal(other));
        }
    }

    #[test]
    fn numbers_are_ordered_by_value() {
        let ordered = [
            "-1e30", "-2", "-1.5", "0", "0.01", "0.5", "1", "1.01", "9", "10", "1e30",
        ];
        for (index, one) in ordered.iter().enumerate() {
            for (other_index, other) in ordered.iter().enumerate() {
                let order = decimal(one).cmp(&decimal(other));
                assert_eq!(order, index.cmp(&other_index), "{one} {other}");
            }
        }
    }

    #[test]
    fn multiples_are_exact() {
        assert!(decimal("0.0075").is_multiple_of(&decimal("0.0001")));
        assert!(decimal("4.5").is_multiple_of(&decimal("1.5")));
        assert!(decimal("19.99").is_multiple_of(&decimal("0.01")));
        assert!(!decimal("0.00751").is_multiple_of(&decimal("0.0001")));
        assert!(!decimal("1e308").is_multiple_of(&decimal("0.123456789")));
        assert!(decimal("12391239123").is_multiple_of(&decimal("1e-8")));
        assert!(!decimal("5").is_multiple_of(&decimal("1e308")));
    }

    #[test]
    fn a_number_is_rounded_towards_either_side() {
        assert_eq!(decimal("2.5").ceil(), Some(3));
        assert_eq!(decimal("2.5").floor(), Some(2));
        assert_eq!(decimal("-2.5").ceil(), Some(-2));
        assert_eq!(decimal("-2.5").floor(), Some(-3));
        assert_eq!(decimal("0.001").floor(), Some(0));
        assert_eq!(decimal("1e2").floor(), Some(100));
    }

    #[test]
    fn a_number_is_written_as_json() {
        for text in ["0", "-12", "100", "1.5", "0.05", "1e30", "-1.25"] {
            assert_eq!(decimal(text).to_string(), text);
        }
    }
}
