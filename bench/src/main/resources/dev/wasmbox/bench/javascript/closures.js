// Closures: lists are mapped, filtered, sorted and summed up.
function run() {
    var list = [], sum = 0;
    for (var i = 0; i < 1000; i++) { list.push((i * 7919) % 1009); }
    var makers = list.map(function (n) { return function (m) { return n * m; }; });
    makers.map(function (make, index) { return make(index % 13); })
        .filter(function (n) { return n % 3 !== 0; })
        .sort(function (a, b) { return a - b; })
        .forEach(function (n, index) { sum = (sum + n * index) % 1000003; });
    return sum;
}
