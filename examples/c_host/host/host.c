/* A program in C that loads the library: its arguments are the library's file, the recording, and how to end. */

#include "recorder.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In objects.cpp. */
void open_device(void);
const char *device_name(void);
void open_window(void);

static void *library;

static void *find(const char *name) {
    void *symbol = dlsym(library, name);
    if (symbol == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    return symbol;
}

static void say_goodbye(void) { puts("host: goodbye"); }

static int end(const char *how);

int main(int argc, char **argv) {
    if (argc != 4) {
        fputs("usage: host LIBRARY RECORDING return|err|panic|exit|wait|unload|keep\n", stderr);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);

    library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 2;
    }
    recorder_open *record = (recorder_open *)find("recorder_open");
    recorder_write *write = (recorder_write *)find("recorder_write");

    /* What the recording needs to its end is set up before. */
    open_device();
    if (record(argv[2], device_name) != 0) return 2;
    open_window();
    atexit(say_goodbye);

    write("one");
    write("two");
    return end(argv[3]);
}

/* Ends the program as a test tells it to. Your program's work stands here. */
static int end(const char *how) {
    if (strcmp(how, "err") == 0) return 1;
    if (strcmp(how, "exit") == 0) exit(3);
    if (strcmp(how, "panic") == 0) {
        /* It is no text, at which the library panics: here, that is a failure like others. */
        recorder_write *write = (recorder_write *)find("recorder_write");
        return write("\xff") == 0 ? 0 : 101;
    }
    if (strcmp(how, "wait") == 0 || strcmp(how, "keep") == 0) {
        recorder_end_at_signals *end_at_signals = (recorder_end_at_signals *)find("recorder_end_at_signals");
        if (end_at_signals() != 0) return 2;
    }
    if (strcmp(how, "unload") == 0 || strcmp(how, "keep") == 0) {
        dlclose(library);
        puts("host: closed the library");
        getchar();
    }
    if (strcmp(how, "wait") == 0) {
        puts("host: waiting");
        for (;;) pause();
    }
    return 0;
}
