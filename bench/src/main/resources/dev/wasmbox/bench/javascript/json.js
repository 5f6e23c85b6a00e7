// JSON: an order of two hundred items, there and back.
function run() {
    var order = { customer: "Ada", items: [] };
    for (var i = 0; i < 200; i++) { order.items.push({ id: i, name: "item " + i, price: i * 1.25, tags: ["a", "b", String(i)] }); }
    return JSON.stringify(JSON.parse(JSON.stringify(order))).length;
}
