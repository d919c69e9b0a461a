//! What one can do to a run as a whole: time, choice, network, sharing.

pub mod branch;
pub mod choice;
pub mod cut;
pub mod network;
pub mod params;
pub mod pick;
pub mod press;
pub mod share;
pub mod transport;
pub mod window;

use yew::Callback;

/// A callback that passes on what a function makes of an event, when it makes something of it.
pub(crate) fn when<T: 'static, E: 'static>(
    to: &Callback<T>,
    make: impl Fn(E) -> Option<T> + 'static,
) -> Callback<E> {
    let to = to.clone();
    Callback::from(move |event| {
        if let Some(made) = make(event) {
            to.emit(made);
        }
    })
}
