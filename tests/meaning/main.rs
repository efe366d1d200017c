//! What schemas mean, held to the official test suite and to a validator nobody here wrote.

mod dice;
mod differential;
mod mutate;
mod random;
mod shrink;
mod strings;
mod suite;
mod values;
