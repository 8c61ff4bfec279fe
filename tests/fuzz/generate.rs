//! Random programs, each from a number: the same number gives the same program everywhere.

use crate::program::{Call, FUNCTIONS, Operation, Program};

/// What programs are made of.
pub(crate) struct Grammar {
    pub(crate) main: Choices,
    /// How `main` ends; half of all programs return.
    pub(crate) endings: Choices,
    pub(crate) bodies: Choices,
}

/// Kinds of operations, each with its share.
pub(crate) type Choices = &'static [(usize, Choice)];

type Choice = fn(&mut Random) -> Operation;

pub(crate) const REGISTER: Choice = |random| {
    let call = random.call();
    // A few programs register many, so that what grows has to grow.
    Operation::Register(call, if random.below(24) == 0 { 30 + random.below(70) } else { 1 })
};
pub(crate) const UNREGISTER: Choice = |random| Operation::Unregister(random.below(FUNCTIONS));
pub(crate) const RUN: Choice = |_| Operation::Run;
pub(crate) const CLEAR: Choice = |_| Operation::Clear;
pub(crate) const COUNT: Choice = |_| Operation::Count;
pub(crate) const PANIC: Choice = |_| Operation::Panic;
pub(crate) const FAIL: Choice = |_| Operation::Fail;
pub(crate) const EXIT: Choice = |random| Operation::Exit(random.code());
pub(crate) const PROCESS_EXIT: Choice = |random| Operation::ProcessExit(random.code());

/// Everything.
pub(crate) const ALL: Grammar = Grammar {
    main: &[
        (12, REGISTER),
        (2, UNREGISTER),
        (3, |random| Operation::TakeBack(random.below(8))),
        (2, |random| Operation::IsPending(random.below(8))),
        (3, |random| Operation::Guard(random.call())),
        (2, |random| Operation::Drop(random.below(3))),
        (1, |random| Operation::Cancel(random.below(3))),
        (2, |random| Operation::Local(random.call())),
        (2, RUN),
        (1, CLEAR),
        (1, COUNT),
        (1, |_| Operation::Pending),
        (1, |_| Operation::IsExiting),
        (2, |random| Operation::Hook(random.body())),
        (2, |random| Operation::Thread(random.body())),
        (C_SHARE, |random| Operation::C(random.below(10))),
    ],
    endings: &[(1, PANIC), (1, FAIL), (2, EXIT), (2, PROCESS_EXIT)],
    bodies: &[
        (8, REGISTER),
        (2, UNREGISTER),
        (3, |random| Operation::TakeBack(random.below(8))),
        (2, |random| Operation::IsPending(random.below(8))),
        (2, |random| Operation::Guard(random.call())),
        (2, |random| Operation::Drop(random.below(3))),
        (1, |random| Operation::Cancel(random.below(3))),
        (2, |random| Operation::Local(random.call())),
        (2, RUN),
        (1, CLEAR),
        (2, COUNT),
        (1, |_| Operation::Pending),
        (1, |_| Operation::IsExiting),
        (1, |random| Operation::Hook(random.body())),
        (2, PANIC),
        (2, FAIL),
        (1, EXIT),
    ],
};

/// Only where what C set up is torn down in its place among ours after `exit` in a handler, too.
const C_SHARE: usize = if cfg!(all(target_os = "linux", target_env = "gnu")) { 2 } else { 0 };

/// The program of that number.
pub(crate) fn program(number: u64, grammar: &Grammar) -> Program {
    let mut random = Random(number);
    let mut main = random.operations(16, grammar.main);
    if random.below(2) == 0 {
        main.push(random.operation(grammar.endings));
    }
    let bodies = (0..BODIES).map(|_| random.operations(5, grammar.bodies)).collect();
    Program { main, bodies }
}

const BODIES: usize = 6;

/// The generator that is known as `SplitMix64`.
pub(crate) struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^= word >> 31;
        let bound = u64::try_from(bound).expect("a bound is small");
        usize::try_from(word % bound).expect("it is below the bound")
    }

    fn operations(&mut self, most: usize, choices: Choices) -> Vec<Operation> {
        (0..self.below(most + 1)).map(|_| self.operation(choices)).collect()
    }

    fn operation(&mut self, choices: Choices) -> Operation {
        let mut ticket = self.below(choices.iter().map(|(share, _)| share).sum());
        for (share, choice) in choices {
            if ticket < *share {
                return choice(self);
            }
            ticket -= share;
        }
        unreachable!("the ticket is below the sum of the shares")
    }

    fn call(&mut self) -> Call {
        Call { function: self.below(FUNCTIONS), body: self.body(), value: self.below(10) }
    }

    /// A body that there is, or an empty one.
    fn body(&mut self) -> usize {
        self.below(BODIES + 1)
    }

    fn code(&mut self) -> i32 {
        i32::try_from(self.below(6)).expect("it is below 6")
    }
}
