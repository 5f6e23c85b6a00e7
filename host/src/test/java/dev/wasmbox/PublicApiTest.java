package dev.wasmbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What users see of this library is what is meant for them, and shows nothing of what is behind it. */
class PublicApiTest {

    @Test
    void theModuleExportsExactlyThePackagesOfTheApi() throws IOException, URISyntaxException {
        try (InputStream in = Files.newInputStream(root().resolve("module-info.class"))) {
            ModuleDescriptor module = ModuleDescriptor.read(in);
            assertThat(module.name()).isEqualTo("dev.wasmbox.host");
            assertThat(module.exports())
                    .extracting(Exports::source)
                    .containsExactlyInAnyOrder(
                            "dev.wasmbox", "dev.wasmbox.inspect", "dev.wasmbox.jackson", "dev.wasmbox.schema");
            assertThat(module.exports()).noneMatch(Exports::isQualified);
            assertThat(module.opens()).isEmpty();
            assertThat(module.isOpen()).isFalse();
        }
    }

    @Test
    void noPublicSignatureMentionsWhatIsInternal() throws Exception {
        List<Class<?>> classes = publicClasses();
        assertThat(classes).contains(WasmBox.class, Snapshot.class, Limits.class, BoxClock.Fixed.class);
        assertThat(classes.stream().flatMap(PublicApiTest::mentioned).distinct())
                .hasSizeGreaterThan(40)
                .noneMatch(name -> name.contains(".internal.") || name.contains("run.endive"));
    }

    /** The folder of the library's classes. */
    private static Path root() throws URISyntaxException {
        return Path.of(WasmBox.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    private static List<Class<?>> publicClasses() throws Exception {
        List<Class<?>> classes = new ArrayList<>();
        for (String folder :
                List.of("dev/wasmbox", "dev/wasmbox/inspect", "dev/wasmbox/jackson", "dev/wasmbox/schema")) {
            try (Stream<Path> files = Files.list(root().resolve(folder))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".class")).toList()) {
                    String name = file.getFileName().toString().replace(".class", "");
                    if (!name.equals("package-info")) {
                        classes.add(Class.forName(
                                folder.replace('/', '.') + "." + name, false, WasmBox.class.getClassLoader()));
                    }
                }
            }
        }
        classes.removeIf(type -> !isVisible(type));
        return classes;
    }

    private static boolean isVisible(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
    }

    private static Stream<String> mentioned(Class<?> type) {
        Stream.Builder<Type> types = Stream.builder();
        if (type.getGenericSuperclass() != null) {
            types.add(type.getGenericSuperclass());
        }
        Stream.of(type.getGenericInterfaces()).forEach(types);
        Stream.of(type.getTypeParameters())
                .flatMap(parameter -> Stream.of(parameter.getBounds()))
                .forEach(types);
        for (Field field : type.getDeclaredFields()) {
            if (isVisible(field.getModifiers())) {
                types.add(field.getGenericType());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isVisible(constructor.getModifiers())) {
                Stream.of(constructor.getGenericParameterTypes()).forEach(types);
                Stream.of(constructor.getGenericExceptionTypes()).forEach(types);
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isVisible(method.getModifiers())) {
                types.add(method.getGenericReturnType());
                Stream.of(method.getGenericParameterTypes()).forEach(types);
                Stream.of(method.getGenericExceptionTypes()).forEach(types);
            }
        }
        return types.build().map(Type::getTypeName);
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }
}
