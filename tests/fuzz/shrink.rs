//! Making a program that shows a difference smaller, so that a person can see why.

use crate::program::{Call, NO_BODY, Operation, Program};

/// Leaves out what can be left out: in the end everything that is left is needed for the difference.
pub(crate) fn shrink(mut program: Program, mut differs: impl FnMut(&Program) -> bool) -> Program {
    loop {
        let smaller = smaller(&program).into_iter().find(&mut differs);
        let Some(smaller) = smaller else { return program };
        program = smaller;
    }
}

/// The programs with a list of operations less, then those with an operation less, then those with a simpler one.
fn smaller(program: &Program) -> Vec<Program> {
    let (mut without_list, mut without_operation, mut with_simpler) = (Vec::new(), Vec::new(), Vec::new());
    let lists = [&program.main].into_iter().chain(&program.bodies);
    for (number, list) in lists.enumerate() {
        if list.len() > 1 {
            without_list.push(with(program, number, Vec::clear));
        }
        for (at, operation) in list.iter().enumerate() {
            without_operation.push(with(program, number, |list| _ = list.remove(at)));
            for simpler in simpler(operation) {
                with_simpler.push(with(program, number, |list| list[at] = simpler));
            }
        }
    }
    [without_list, without_operation, with_simpler].concat()
}

/// The operation with a body that does nothing, or less often.
fn simpler(operation: &Operation) -> Vec<Operation> {
    let idle = |call: Call| Call { body: NO_BODY, ..call };
    let mut simpler = match *operation {
        Operation::Register(call, times) => {
            let fewer = [1, times / 2, times - 1].map(|fewer| Operation::Register(call, fewer.max(1)));
            [&[Operation::Register(idle(call), times)], &fewer[..]].concat()
        }
        Operation::Guard(call) => vec![Operation::Guard(idle(call))],
        Operation::Local(call) => vec![Operation::Local(idle(call))],
        Operation::Hook(_) => vec![Operation::Hook(NO_BODY)],
        Operation::Thread(_) => vec![Operation::Thread(NO_BODY)],
        _ => Vec::new(),
    };
    simpler.retain(|simpler| simpler != operation);
    simpler
}

/// The program with a change in one of its lists: number 0 is `main`, the bodies come after it.
fn with(program: &Program, list: usize, change: impl FnOnce(&mut Vec<Operation>)) -> Program {
    let mut program = program.clone();
    change(if list == 0 { &mut program.main } else { &mut program.bodies[list - 1] });
    program
}
