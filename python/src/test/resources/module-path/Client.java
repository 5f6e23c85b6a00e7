import dev.wasmbox.python.Input;
import dev.wasmbox.python.Python;
import dev.wasmbox.python.PythonBox;
import dev.wasmbox.python.PythonOptions;
import java.util.ArrayList;
import java.util.List;

/** An application on the class path that finds the library, and what it needs, on the module path. */
class Client {
    public static void main(String[] arguments) {
        List<Input> inputs = new ArrayList<>();
        PythonOptions options =
                PythonOptions.standard().withFunction("count", List::size).withRecorder(inputs::add);
        try (PythonBox box = Python.load().start(options)) {
            box.evaluate("counted = count(1, 2, 3)");
            box.replay(Input.of(inputs.getFirst().toBytes()));
            System.out.println(PythonBox.class.getModule() + " " + box.evaluate("counted"));
        }
    }
}
