//! What can be found.

use codegen::rule::{Mirror, Rule};

/// What can be found.
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
    explanation: "The name of the folder ends with another version than `upstream.lock` has. Each \
        overlay says in `upstream` for which version it is, and corrects no other. Look at the other \
        findings first, then change `upstream` in the overlays, and lock the new description.",
    mirror: Mirror::None("the same version is no finding"),
};

pub(super) const FILE_CHANGED: Rule = Rule {
    id: "upstream/file-changed",
    title: "the vendor has changed a file of the description",
    explanation: "The file says something else than in `upstream.lock`; its layout doesn't count. For \
        `apiInfo.json` the detail names the resources that changed. Look whether `schemas/` should \
        say so too, then lock the new description.",
    mirror: Mirror::None("a file that did not change is no finding"),
};

pub(super) const FILE_ADDED: Rule = Rule {
    id: "upstream/file-added",
    title: "the vendor has added a file to the description",
    explanation: "The file is not in `upstream.lock`. Look whether it is a type that `schemas/` \
        should have too, then lock the new description.",
    mirror: Mirror::Rule("upstream/file-removed"),
};

pub(super) const FILE_REMOVED: Rule = Rule {
    id: "upstream/file-removed",
    title: "the vendor has removed a file of the description",
    explanation: "The file is in `upstream.lock`, and not in the description as it is now. What \
        `schemas/` says of it may hold no longer. Look where its content is now, then lock the new \
        description.",
    mirror: Mirror::Rule("upstream/file-added"),
};

pub(super) const OVERLAY_REDUNDANT: Rule = Rule {
    id: "upstream/overlay-redundant",
    title: "the vendor has made a correction of an overlay",
    explanation: "The description says already what the correction makes it say. It can't be made \
        again, so that importing and generating this version would fail. Remove the correction. Of a \
        large value that the correction expects by its hash, what the vendor made has the same shape \
        as the result, and may have other content.",
    mirror: Mirror::Rule("upstream/overlay-misses"),
};

pub(super) const OVERLAY_MISSES: Rule = Rule {
    id: "upstream/overlay-misses",
    title: "a correction of an overlay can't be made any more",
    explanation: "The file, the place in it or the value that the correction expects is gone, and \
        what is there now is not what the correction makes. Importing and generating this version \
        would fail. Look in the description what became of the mistake: correct it where it is now, \
        or remove the correction.",
    mirror: Mirror::Rule("upstream/overlay-redundant"),
};

pub(super) const OVERLAY_MEETS_CHANGE: Rule = Rule {
    id: "upstream/overlay-meets-change",
    title: "the vendor has changed what an overlay corrects",
    explanation: "Corrections of the overlay still apply, but the type, the resource or the global \
        parameters that they correct are not as they were when the overlay was written. Look again \
        whether they are needed and right: a position in a list may be another parameter's now. The \
        finding is about all corrections of one file by one overlay, and stands at the first.",
    mirror: Mirror::None("a correction of what did not change is no finding"),
};

pub(super) const SCHEMAS_DIFFER: Rule = Rule {
    id: "upstream/schemas-differ",
    title: "the schemas say something else than the vendor's description",
    explanation: "Of the resources that `schemas/` describes, and the types that those refer to, the \
        vendor's description says something else, with the corrections of the overlays made. Words \
        and the names of types don't count. The finding is what `compat` finds from the schemas to \
        the description, and needs the bump that following it would. Follow it; or, if the schemas \
        are right, correct the description by an overlay, with the reason.",
    mirror: Mirror::None("it is told the same way, whichever of the two changed"),
};

pub(super) const THEIRS_BROKEN: Rule = Rule {
    id: "upstream/broken",
    title: "the vendor's description has mistakes that no overlay corrects",
    explanation: "What the description says of the resources of `schemas/` can't be compared with \
        them, for its mistakes. Importing and generating this version would fail likewise. The \
        detail has each of them. Correct them by an overlay.",
    mirror: Mirror::None("a description without mistakes is compared"),
};
