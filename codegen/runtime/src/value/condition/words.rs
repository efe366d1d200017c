//! What a condition expects, worded to follow "expected".

use super::Condition;
use crate::value::rule::counted;
use crate::value::string_enum::quoted;

/// How many levels of nested conditions a message shows.
const DEEPEST: usize = 3;

impl Condition {
    /// What the condition expects.
    pub(crate) fn words(&self) -> String {
        self.words_within(DEEPEST)
    }

    fn words_within(&self, levels: usize) -> String {
        let Some(levels) = levels.checked_sub(1) else {
            return "a value that the schema allows".to_owned();
        };
        let words = |condition: &Condition| condition.words_within(levels);
        let list = |conditions: &[Condition], with: &str| match conditions {
            [] => "anything".to_owned(),
            conditions => conditions.iter().map(words).collect::<Vec<_>>().join(with),
        };
        match *self {
            Condition::Never => "no value".to_owned(),
            Condition::Types(kinds) => {
                let kinds: Vec<&str> = kinds.iter().map(|kind| kind.words()).collect();
                kinds.join(" or ")
            }
            Condition::OneOf([only]) => format!("`{only}`"),
            Condition::OneOf(values) => format!("one of {}", quoted(values)),
            Condition::Minimum(limit) => format!("at least {limit}"),
            Condition::ExclusiveMinimum(limit) => format!("more than {limit}"),
            Condition::Maximum(limit) => format!("at most {limit}"),
            Condition::ExclusiveMaximum(limit) => format!("less than {limit}"),
            Condition::MultipleOf(of) => format!("a multiple of {of}"),
            Condition::MinLength(least) => format!("at least {}", counted(least, "character")),
            Condition::MaxLength(most) => format!("at most {}", counted(most, "character")),
            Condition::Pattern(pattern) => format!("a string that matches `{pattern}`"),
            Condition::MinItems(least) => format!("at least {}", counted(least, "item")),
            Condition::MaxItems(most) => format!("at most {}", counted(most, "item")),
            Condition::UniqueItems => "items that differ from each other".to_owned(),
            Condition::Items {
                first: [],
                rest: Some(rest),
            } => {
                format!("an array whose items are each {}", words(rest))
            }
            Condition::Items { .. } => "items that are valid at their positions".to_owned(),
            Condition::Contains { item, least, most } => {
                let limits = match (least, most) {
                    (least, None) => format!("at least {}", counted(least, "item")),
                    (0, Some(most)) => format!("at most {}", counted(most, "item")),
                    (least, Some(most)) => format!("{least} to {}", counted(most, "item")),
                };
                let verb = if most.unwrap_or(least) == 1 {
                    "is"
                } else {
                    "are"
                };
                format!("{limits} that {verb} {}", words(item))
            }
            Condition::MinProperties(least) => format!("at least {}", counted(least, "property")),
            Condition::MaxProperties(most) => format!("at most {}", counted(most, "property")),
            Condition::Required(names) => format!("a value for {}", quoted(names)),
            Condition::Properties { .. } => "properties that are valid for their names".to_owned(),
            Condition::Names(condition) => {
                format!("property names that are each {}", words(condition))
            }
            Condition::Dependent(name, condition) => {
                format!("{} if `{name}` is present", words(condition))
            }
            Condition::All(all) => list(all, " and "),
            Condition::Any(any) => format!("either {}", list(any, ", or ")),
            Condition::One(one) => format!("exactly one of: {}", list(one, "; ")),
            Condition::Not(not) => format!("anything but {}", words(not)),
            Condition::If {
                condition,
                then,
                otherwise,
            } => format!(
                "{} if it is {}, and {} otherwise",
                words(then),
                words(condition),
                words(otherwise)
            ),
            Condition::Reference(condition) => condition().words_within(levels),
            Condition::UnevaluatedProperties { .. } => "no further properties".to_owned(),
            Condition::UnevaluatedItems { .. } => "no further items".to_owned(),
        }
    }
}
