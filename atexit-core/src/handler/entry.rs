//! One pending handler, whatever its type.

use std::panic::Location;

use super::{Handler, HandlerInfo, Identity, Outcome, failure};

/// A handler with its arguments, and where it was registered.
///
/// An entry ends in one of two ways, [`run`](Self::run) or [`discard`](Self::discard). Both run code of the user's, so
/// neither may be called while a lock of ours is held.
pub(crate) struct Entry {
    handler: Box<dyn Erased>,
    location: &'static Location<'static>,
}

impl Entry {
    pub(crate) fn new<H, Args>(handler: H, args: Args, location: &'static Location<'static>) -> Self
    where
        H: Handler<Args>,
        Args: Send + 'static,
    {
        Self { handler: Box::new(Bound { handler, args }), location }
    }

    pub(crate) fn erased(handler: Box<dyn Erased>, location: &'static Location<'static>) -> Self {
        Self { handler, location }
    }

    pub(crate) fn info(&self) -> HandlerInfo {
        HandlerInfo::new(self.handler.name(), self.location)
    }

    pub(crate) fn is(&self, identity: Identity) -> bool {
        self.handler.is(identity)
    }

    /// Calls the handler, and says whether it went well. A failure goes no further than its report.
    pub(crate) fn run(self) -> bool {
        failure::contain(self.info(), || self.handler.call())
    }

    /// Drops the handler without calling it. A panic in the `Drop` of what it holds goes no further than its report.
    pub(crate) fn discard(self) {
        let info = self.info();
        failure::contain(info, || {
            drop(self.handler);
            None
        });
    }
}

/// A handler whose type is forgotten. All but `call` and `Drop` are code of our own.
pub(crate) trait Erased: Send {
    /// Calls it, and gives the text of its error, if it returned one.
    fn call(self: Box<Self>) -> Option<String>;
    fn is(&self, identity: Identity) -> bool;
    fn name(&self) -> &'static str;
}

/// A handler and its arguments.
struct Bound<H, Args> {
    handler: H,
    args: Args,
}

impl<H, Args> Erased for Bound<H, Args>
where
    H: Handler<Args>,
    Args: Send + 'static,
{
    fn call(self: Box<Self>) -> Option<String> {
        let Self { handler, args } = *self;
        handler.call(args).into_error()
    }

    fn is(&self, identity: Identity) -> bool {
        self.handler.identity() == Some(identity)
    }

    fn name(&self) -> &'static str {
        self.handler.name()
    }
}
