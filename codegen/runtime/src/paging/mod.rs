//! Paged collections: how the next page is requested, and streams of pages and items.

mod cycle;
mod items;
mod page_info;
mod paged;
mod pages;
mod pin;
mod queue;

pub use items::Items;
pub use page_info::{
    Cursor, Extent, PageInfo, items_before_offset, items_before_page, next_cursor, next_offset,
    next_page,
};
pub use paged::Paged;
pub use pages::Pages;
