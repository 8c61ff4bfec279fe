//! What a terminal shows, as far as the tests have to know: they read the few escape sequences that the program writes.

/// A terminal's two screens, with all that was written to each.
#[derive(Debug, Default)]
pub(crate) struct Screen {
    pub(crate) normal: String,
    pub(crate) alternate: String,
    /// Which of them is shown.
    pub(crate) is_alternate: bool,
    pub(crate) is_cursor_hidden: bool,
}

impl Screen {
    /// The screen after this was written to it.
    pub(crate) fn showing(output: &[u8]) -> Self {
        let output = String::from_utf8_lossy(output);
        let mut screen = Self::default();
        let mut sequences = output.split("\x1b[");
        screen.write(sequences.next().unwrap_or_default());
        for sequence in sequences {
            // Parameters come first, and one character says what to do with them.
            let end = sequence.find(|character| ('@'..='~').contains(&character)).map_or(sequence.len(), |at| at + 1);
            let (order, text) = sequence.split_at(end);
            screen.obey(order);
            screen.write(text);
        }
        screen
    }

    fn obey(&mut self, order: &str) {
        match order {
            "?1049h" => self.is_alternate = true,
            "?1049l" => self.is_alternate = false,
            "?25l" => self.is_cursor_hidden = true,
            "?25h" => self.is_cursor_hidden = false,
            _ => {}
        }
    }

    fn write(&mut self, text: &str) {
        let shown = if self.is_alternate { &mut self.alternate } else { &mut self.normal };
        shown.push_str(text);
    }
}
