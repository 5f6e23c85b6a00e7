;; Two memories, one large and nearly empty, one that grows; pages that are equal, random, and emptied again.
(module
  (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
  (memory (export "memory") 40 100)
  (memory $second 1 10)
  (global $messages (mut i32) (i32.const 0))
  (global $random (mut i32) (i32.const 1))
  (data (i32.const 2000000) "far away")
  (data (memory $second) (i32.const 100) "second")
  (func (export "wasmbox_initialize")
    (memory.fill (i32.const 8192) (i32.const 7) (i32.const 8192)))
  (func (export "wasmbox_malloc") (param i32) (result i32) (i32.const 1024))
  (func (export "wasmbox_free") (param i32 i32))
  (func (export "wasmbox_send") (param $p i32) (param $length i32) (local $i i32)
    (global.set $messages (i32.add (global.get $messages) (i32.const 1)))
    ;; A place far from the one before.
    (i32.store (i32.mul (global.get $messages) (i32.const 300000)) (global.get $messages))
    ;; A page that is another one each time.
    (loop $next
      (global.set $random (i32.add (i32.mul (global.get $random) (i32.const 1664525)) (i32.const 1013904223)))
      (i32.store8 (i32.add (i32.const 131072) (local.get $i)) (i32.shr_u (global.get $random) (i32.const 24)))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 4096))))
    ;; A memory that grows, and has a number at its end.
    (drop (memory.grow $second (i32.const 1)))
    (i32.store $second (i32.sub (i32.mul (memory.size $second) (i32.const 65536)) (i32.const 4)) (global.get $messages))
    ;; A page that becomes empty.
    (if (i32.eq (global.get $messages) (i32.const 4))
      (then (memory.fill (i32.const 8192) (i32.const 0) (i32.const 4096))))
    (i32.store (i32.const 0) (global.get $messages))
    (i32.store (i32.const 4) (i32.load $second (i32.const 100)))
    (i32.store (i32.const 8) (memory.size $second))
    (i32.store (i32.const 12) (i32.load (i32.const 131072)))
    (i32.store (i32.const 16) (i32.load (i32.const 2000000)))
    (call $callback (i32.const 0) (i32.const 20))))
