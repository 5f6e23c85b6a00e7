import { readString, sendString } from "./wasmbox";
export { wasmbox_initialize, wasmbox_malloc, wasmbox_free } from "./wasmbox";

let count = 0;

function onMessage(message: string): void {
  if (message == "up") {
    count++;
  } else if (message == "down") {
    count--;
  } else {
    return;
  }
  sendString(`value=${count}`);
}

export function wasmbox_send(pointer: usize, length: usize): void {
  onMessage(readString(pointer, length));
  // Between two messages nothing but global variables refers to anything: what is left is the state, and no garbage.
  __collect();
}
