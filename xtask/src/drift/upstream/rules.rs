//! The rules of `upstream`.

use codegen::rule::{Mirror, Rule};

/// The rules of `upstream`.
pub const RULES: &[Rule] = &[
    VERSION_CHANGED,
    FILE_CHANGED,
    FILE_ADDED,
    FILE_REMOVED,
    OVERLAY_REDUNDANT,
    OVERLAY_MISSES,
    OVERLAY_MEETS_CHANGE,
    SCHEMAS_DIFFER,
    THEIRS_BROKEN,
];

pub(super) const VERSION_CHANGED: Rule = Rule {
    id: "upstream/version-changed",
    title: "the vendor has published another version of the description",
    explanation: "The name of the folder ends with another version than the one in \
        `upstream/lock.toml`. Each file of corrections names its version in `upstream`, and corrects \
        no other version. Read the other findings first, then change `upstream` in these files, and \
        import the new description.",
    mirror: Mirror::None("the same version needs no report"),
};

pub(super) const FILE_CHANGED: Rule = Rule {
    id: "upstream/file-changed",
    title: "the vendor changed a file of the description",
    explanation: "The content of the file differs from the one in `upstream/lock.toml`, apart from its \
        formatting. For `apiInfo.json` the detail names the resources that changed. Decide whether \
        `schemas/` should follow, then lock the new description.",
    mirror: Mirror::None("an unchanged file needs no report"),
};

pub(super) const FILE_ADDED: Rule = Rule {
    id: "upstream/file-added",
    title: "the vendor added a file to the description",
    explanation: "The file is not in `upstream/lock.toml`. Decide whether it is a type that `schemas/` \
        should have too, then lock the new description.",
    mirror: Mirror::Rule("upstream/file-removed"),
};

pub(super) const FILE_REMOVED: Rule = Rule {
    id: "upstream/file-removed",
    title: "the vendor removed a file of the description",
    explanation: "The file is in `upstream/lock.toml`, but no longer in the description. The part of \
        `schemas/` that it describes may no longer be right. Find out where its content moved, \
        then lock the new description.",
    mirror: Mirror::Rule("upstream/file-added"),
};

pub(super) const OVERLAY_REDUNDANT: Rule = Rule {
    id: "upstream/overlay-redundant",
    title: "the vendor made a recorded correction",
    explanation: "The description already has the result of the correction. The correction can no \
        longer be made, so importing and generating this version would fail. Remove it. If the \
        correction identifies a large value by its hash, the vendor's value has the same shape as \
        the result, but its content may differ.",
    mirror: Mirror::Rule("upstream/overlay-misses"),
};

pub(super) const OVERLAY_MISSES: Rule = Rule {
    id: "upstream/overlay-misses",
    title: "a recorded correction no longer applies",
    explanation: "The file, the place in it or the value that the correction expects is gone, and \
        the result of the correction is not there either. Importing and generating this version \
        would fail. Look in the description where the mistake is now and correct it there, or \
        remove the correction.",
    mirror: Mirror::Rule("upstream/overlay-redundant"),
};

pub(super) const OVERLAY_MEETS_CHANGE: Rule = Rule {
    id: "upstream/overlay-meets-change",
    title: "the vendor changed what recorded corrections are for",
    explanation: "The corrections still apply, but the type, the resource or the global \
        parameters that they correct have changed since they were recorded. Check that they \
        are still needed and right: an index in a list may now belong to another parameter. The \
        finding covers all corrections of one file that are recorded in one file, and is shown at \
        the first of them.",
    mirror: Mirror::None("a correction of an unchanged part needs no report"),
};

pub(super) const SCHEMAS_DIFFER: Rule = Rule {
    id: "upstream/schemas-differ",
    title: "an import of the vendor's description would change the schemas",
    explanation: "The facts of the schemas differ from those of the vendor's description with the \
        corrections of `schemas/upstream/`. Words don't count. The finding is what `compat` reports \
        for the change from the schemas to what an import would write, with the bump that following \
        it needs; a change that no user notices lists the files. Run the import; or, if the schemas \
        are right, record a correction with its reason.",
    mirror: Mirror::None("it is reported alike, whichever of the two changed"),
};

pub(super) const THEIRS_BROKEN: Rule = Rule {
    id: "upstream/broken",
    title: "the vendor's description has mistakes that nothing corrects",
    explanation: "The description has mistakes, so it cannot be compared with the schemas. Importing \
        and generating this version would fail as well. The detail lists the mistakes. Record \
        corrections in `schemas/upstream/`.",
    mirror: Mirror::None("a description without mistakes is compared"),
};
