//! Collections that come page by page: how the next page is asked for, and streams of pages and
//! items.

mod cycle;
mod flight;
mod items;
mod mark;
mod paged;
mod pages;
mod pin;

pub use items::Items;
pub use mark::{
    Cursor, Extent, Mark, items_before_offset, items_before_page, next_cursor, next_offset,
    next_page,
};
pub use paged::Paged;
pub use pages::Pages;
