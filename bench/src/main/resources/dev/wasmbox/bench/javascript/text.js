// Text: words counted with a regular expression, and put together again.
function run() {
    var text = "", counts = {};
    for (var i = 0; i < 500; i++) { text += "word" + (i % 37) + (i % 5 === 0 ? ", " : " "); }
    text.replace(/([a-z]+)(\d+)/g, function (all, letters, digits) { counts[digits] = (counts[digits] || 0) + letters.length; return ""; });
    return Object.keys(counts).sort().map(function (key) { return key + "=" + counts[key]; }).join(";").length;
}
