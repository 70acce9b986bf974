//! What pages are made of, on the patterns and class names of govuk-frontend. None of it knows a page.

mod buttons;
pub mod clock;
mod errors;
mod fields;
mod loading;
mod note_form;
mod notes;
mod receipt;
mod shell;
mod steps;
mod summary;
pub mod table;
mod upload;

pub use buttons::{Button, ButtonKind, Confirm, LinkButton, Submit};
pub use errors::{ErrorSummary, Errors, FieldError, Reading};
pub use fields::{Checkboxes, Choice, Radios, Select, TextArea, TextInput, checkbox, checklist};
pub use loading::{Empty, Failure, Load, Loaded, Loading, Skeleton, load, load_unless};
pub use note_form::NoteForm;
pub use notes::{Banner, Details, Inset, Panel, Tag, Warning};
pub use receipt::receipt;
pub use shell::{NavLink, Shell};
pub use steps::steps;
pub use summary::{SummaryList, SummaryRow};
pub use upload::Upload;
