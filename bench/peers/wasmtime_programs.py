"""The programs in wasmtime. See dev.wasmbox.bench.compute.Harness for what a harness does and prints.

Usage: wasmtime_programs.py MODULE MILLISECONDS_PER_PASS
"""

import struct
import sys
import time

from wasmtime import Engine, Func, Instance, Module, Store

PASSES = 2


class Guest:
    def __init__(self, file):
        engine = Engine()
        module = Module.from_file(engine, file)
        self.store = Store(engine)
        self.answer = b""
        imports = [Func(self.store, entry.type, self.imported(entry.name)) for entry in module.imports]
        self.exports = Instance(self.store, module, imports).exports(self.store)
        self.exports["wasmbox_initialize"](self.store)

    def imported(self, name):
        def callback(pointer, length):
            self.answer = self.exports["memory"].read(self.store, pointer, pointer + length)

        def refuse(*arguments):
            # WASI's functions are called by a panic only.
            raise RuntimeError(f"a program called {name}")

        return callback if name == "wasmbox_callback" else refuse

    def send(self, message):
        size = max(len(message), 1)
        pointer = self.exports["wasmbox_malloc"](self.store, size)
        self.exports["memory"].write(self.store, message, pointer)
        self.exports["wasmbox_send"](self.store, pointer, len(message))
        self.exports["wasmbox_free"](self.store, pointer, size)
        return bytes(self.answer)

    def run(self, program):
        return struct.unpack("<Q", self.send(bytes([program])))[0]


def repeat(guest, program, expected, seconds, times):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        start = time.thread_time_ns()
        result = guest.run(program)
        times.append(time.thread_time_ns() - start)
        if result != expected:
            raise RuntimeError("a program gives now this, now that")


def passes(guest, expected, seconds):
    times = [[] for _ in expected]
    for _ in range(PASSES):
        for program, result in enumerate(expected):
            repeat(guest, program, result, seconds, times[program])
    return times


def main(file, millis):
    guest = Guest(file)
    names = guest.send(b"").decode().split("\n")
    results = [guest.run(program) for program in range(len(names))]
    passes(guest, results, millis / 1000)
    times = passes(guest, results, millis / 1000)
    for name, result, nanos in zip(names, results, map(sorted, times)):
        print(name, f"{result:016x}", nanos[0], nanos[len(nanos) // 2], len(nanos), sep="\t")


main(sys.argv[1], int(sys.argv[2]))
