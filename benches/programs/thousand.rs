//! A macro that calls the macro of a given name 1,000 times, with the numbers from 0 to 999, in ten modules.

macro_rules! thousand {
    ($each:ident) => {
        thousand!(@hundreds $each (a 0) (b 1) (c 2) (d 3) (e 4) (f 5) (g 6) (h 7) (i 8) (j 9));
    };
    (@hundreds $each:ident $(($module:ident $hundred:literal))*) => {
        $(mod $module {
            thousand!(@tens $each $hundred 0 1 2 3 4 5 6 7 8 9);
        })*
    };
    (@tens $each:ident $hundred:literal $($ten:literal)*) => {
        $(thousand!(@ones $each $hundred $ten 0 1 2 3 4 5 6 7 8 9);)*
    };
    (@ones $each:ident $hundred:literal $ten:literal $($one:literal)*) => {
        $($each!($hundred * 100 + $ten * 10 + $one);)*
    };
}
