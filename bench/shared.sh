# What the scripts beside this file have in common; they are in the repository's folder when they read it.
# shellcheck shell=sh

JAVA_HOME=$(scripts/find-java)
export JAVA_HOME

work=build/bench
guests=build/guests/debian
mkdir -p "$work"
[ -f "$guests/counter.wasm" ] || scripts/build-guests

# The options that the command line is started with: the text between quotes.
java_options=$(sed -n "/^java_options='/,/'\$/{s/^java_options=//;s/'//g;p;}" wasmbox)
classes="bench/target/classes:bench/target/lib/*"

say() { printf '%s: %s\n' "$0" "$*" >&2; }

usage() {
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
    exit 2
}

# Whether a source is newer than what was built.
is_stale() {
    [ ! -f "$work/built" ] || [ -n "$(find pom.xml host/pom.xml host/src/main script/pom.xml script/src/main javascript/pom.xml \
        javascript/src/main testkit/src/main bench/pom.xml bench/src bench/peers \
        -path bench/peers/target -prune -o -newer "$work/built" -type f -print | head -n 1)" ]
}

package() { MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow" mvn -q "$@" -DskipTests package; }

# Builds what measures, with GraalWasm if it can be had.
build() {
    is_stale || return 0
    say "building"
    touch "$work/built.new"
    rm -f "$work/built" "$work/built-graalwasm"
    if package -Ppeers -pl bench/peers -am >"$work/peers.log" 2>&1; then
        touch "$work/built-graalwasm"
    else
        package -pl bench -am
    fi
    mv "$work/built.new" "$work/built"
}

version_of() { sed -n "s|.*<$1.version>\(.*\)</.*|\1|p" pom.xml; }

ours() {
    # shellcheck disable=SC2086 # the options are several words
    "$JAVA_HOME/bin/java" $java_options -cp "$classes" "$@"
}

# GraalWasm with its compiler, on a JDK that comes without one.
graalwasm() {
    modules=bench/peers/target/modules
    # shellcheck disable=SC2086
    "$JAVA_HOME/bin/java" $java_options -XX:+UnlockExperimentalVMOptions -XX:+EnableJVMCI \
        --enable-native-access=org.graalvm.truffle --upgrade-module-path "$modules/compiler-$(version_of graalvm).jar" \
        -p $modules --add-modules org.graalvm.polyglot,org.graalvm.wasm -cp "bench/peers/target/classes:$classes" "$@"
}
