/* A library in Rust that records lines in a file. All functions return 0, or -1 on failure. */
#ifndef RECORDER_H
#define RECORDER_H

/* Begins a recording. Its last line, written when the process exits or the library is unloaded, says what `source`
 * returns then. */
typedef int recorder_open(const char *path, const char *(*source)(void));

/* Adds a line. It stays in memory until there are many, or the recording ends. */
typedef int recorder_write(const char *line);

/* Has Ctrl-C, SIGTERM and SIGHUP end the recording before they end the process. */
typedef int recorder_end_at_signals(void);

#endif
