// Objects: a heap of tasks with priorities, filled and emptied.
function Task(priority) { this.priority = priority; this.done = false; }
Task.prototype.before = function (other) { return this.priority < other.priority; };
function Heap() { this.tasks = []; }
Heap.prototype.add = function (task) {
    var tasks = this.tasks, at = tasks.push(task) - 1;
    while (at > 0 && task.before(tasks[(at - 1) >> 1])) { tasks[at] = tasks[(at - 1) >> 1]; at = (at - 1) >> 1; }
    tasks[at] = task;
};
Heap.prototype.take = function () {
    var tasks = this.tasks, first = tasks[0], last = tasks.pop(), at = 0;
    if (tasks.length > 0) {
        for (;;) {
            var child = 2 * at + 1;
            if (child >= tasks.length) { break; }
            if (child + 1 < tasks.length && tasks[child + 1].before(tasks[child])) { child++; }
            if (!tasks[child].before(last)) { break; }
            tasks[at] = tasks[child];
            at = child;
        }
        tasks[at] = last;
    }
    first.done = true;
    return first;
};
function run() {
    var heap = new Heap(), seed = 42, sum = 0;
    for (var i = 0; i < 1000; i++) { seed = (seed * 1103515245 + 12345) % 2147483648; heap.add(new Task(seed)); }
    for (var j = 0; j < 1000; j++) { sum = (sum * 31 + heap.take().priority) % 1000003; }
    return sum;
}
