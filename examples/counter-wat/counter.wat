;; The counter, written by hand: all that a guest has to have, and nothing else.
(module
  (import "env" "wasmbox_callback" (func $output (param $pointer i32) (param $length i32)))
  ;; Optional: says why the guest is about to trap.
  (import "env" "wasmbox_panicked" (func $panicked (param $pointer i32) (param $length i32)))

  ;; From 0 on is the output: a string's length as u64, and its text. From 1024 on is the message.
  (memory (export "memory") 1)
  (data (i32.const 8) "value=")
  (data (i32.const 64) "the input is no string: its length as u64, and then so many bytes")

  (global $count (mut i32) (i32.const 0))

  (func (export "wasmbox_initialize"))

  ;; A place for a message. There is one at a time, so that it can be the same for all; the memory grows for long ones.
  (func (export "wasmbox_malloc") (param $size i32) (result i32)
    (local $missing i32)
    (local.set $missing
      (i32.sub
        (i32.shr_u (i32.add (local.get $size) (i32.const 66559)) (i32.const 16)) ;; 1024 + size in pages, rounded up
        (memory.size)))
    (if (i32.gt_s (local.get $missing) (i32.const 0))
      (then
        (if (i32.eq (memory.grow (local.get $missing)) (i32.const -1))
          (then (return (i32.const 0))))))
    (i32.const 1024))

  (func (export "wasmbox_free") (param $pointer i32) (param $size i32))

  (func (export "wasmbox_send") (param $pointer i32) (param $length i32)
    (if (i32.eqz (call $is_string (local.get $pointer) (local.get $length)))
      (then
        (call $panicked (i32.const 64) (i32.const 65))
        (unreachable)))
    (block $other
      (block $counted
        (if (i32.eq (local.get $length) (i32.const 10))
          (then
            (br_if $other (i32.ne (i32.load16_u offset=8 (local.get $pointer)) (i32.const 0x7075))) ;; "up", backwards
            (global.set $count (i32.add (global.get $count) (i32.const 1)))
            (br $counted)))
        (br_if $other (i32.ne (local.get $length) (i32.const 12)))
        (br_if $other (i32.ne (i32.load offset=8 (local.get $pointer)) (i32.const 0x6e776f64))) ;; "down", backwards
        (global.set $count (i32.sub (global.get $count) (i32.const 1))))
      (call $answer)))

  (func $is_string (param $pointer i32) (param $length i32) (result i32)
    (if (i32.lt_u (local.get $length) (i32.const 8))
      (then (return (i32.const 0))))
    (i64.eq
      (i64.load (local.get $pointer))
      (i64.extend_i32_u (i32.sub (local.get $length) (i32.const 8)))))

  (func $answer
    (local $number i32)
    (local $end i32)
    (local.set $number (global.get $count))
    (local.set $end (i32.const 14)) ;; behind "value="
    (if (i32.lt_s (local.get $number) (i32.const 0))
      (then
        (i32.store8 (i32.const 14) (i32.const 45)) ;; -
        (local.set $end (i32.const 15))
        (local.set $number (i32.sub (i32.const 0) (local.get $number)))))
    (local.set $end (call $digits (local.get $number) (local.get $end)))
    (i64.store (i32.const 0) (i64.extend_i32_u (i32.sub (local.get $end) (i32.const 8))))
    (call $output (i32.const 0) (local.get $end)))

  ;; Writes a number, and returns where it ends.
  (func $digits (param $number i32) (param $place i32) (result i32)
    (if (i32.ge_u (local.get $number) (i32.const 10))
      (then
        (local.set $place (call $digits (i32.div_u (local.get $number) (i32.const 10)) (local.get $place)))))
    (i32.store8
      (local.get $place)
      (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10))))
    (i32.add (local.get $place) (i32.const 1))))
