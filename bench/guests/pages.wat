;; A guest whose memory is as large as one likes, with something in each page of 4096 bytes. A message is a number of
;; pages, as i32: it changes so many of them, spread evenly, and answers with how many messages there were, as i32.
(module
  (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
  (memory (export "memory") MEMORY_PAGES)
  (func (export "wasmbox_initialize") (local $address i32)
    loop $next
      (i32.store (local.get $address) (i32.or (local.get $address) (i32.const 1)))
      (local.set $address (i32.add (local.get $address) (i32.const 4096)))
      (br_if $next (i32.lt_u (local.get $address) (i32.shl (memory.size) (i32.const 16))))
    end)
  (func (export "wasmbox_malloc") (param $size i32) (result i32) (i32.const 64))
  (func (export "wasmbox_free") (param $pointer i32) (param $size i32))
  (func (export "wasmbox_send") (param $pointer i32) (param $length i32)
    (local $address i32) (local $distance i32) (local $left i32)
    (local.set $left (i32.load (local.get $pointer)))
    (local.set $distance (i32.shl
      (i32.div_u (i32.shl (memory.size) (i32.const 4)) (local.get $left))
      (i32.const 12)))
    loop $next
      (i32.store offset=128 (local.get $address)
        (i32.add (i32.load offset=128 (local.get $address)) (i32.const 1)))
      (local.set $address (i32.add (local.get $address) (local.get $distance)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $next (local.get $left))
    end
    (call $callback (i32.const 128) (i32.const 4))))
