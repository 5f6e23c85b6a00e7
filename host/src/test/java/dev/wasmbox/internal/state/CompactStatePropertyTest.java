package dev.wasmbox.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What a box at rest is kept as is all of its state, and no more than what it changed. */
class CompactStatePropertyTest {

    private static byte[] digest(GuestState state) {
        HostState host = new HostState(0, 0, new byte[HostState.SEED_BYTES], 0, 0, 0, false);
        return StateDigest.of(new BoxImage(new byte[Sha256.BYTES], state, host));
    }

    private static void assertExpands(GuestState state, GuestState base) {
        GuestState expanded = CompactState.of(state, base).expand();
        assertThat(digest(expanded)).isEqualTo(digest(state));
        for (int i = 0; i < state.memories().size(); i++) {
            PagedBytes memory = expanded.memories().get(i);
            PagedBytes expected = state.memories().get(i);
            assertThat(Arrays.equals(memory.toBytes(), expected.toBytes())).isTrue();
            for (int j = 0;
                    j < Math.min(memory.pageCount(), base.memories().get(i).pageCount());
                    j++) {
                Page known = base.memories().get(i).page(j);
                Page page = memory.page(j);
                if (known != null && page != null && Arrays.equals(known.bytes(), page.bytes())) {
                    assertThat(page).as("an equal page is the base's").isSameAs(known);
                }
            }
        }
        assertThat(expanded.globals()).isEqualTo(state.globals());
        assertThat(expanded.droppedData()).isEqualTo(state.droppedData());
        assertThat(expanded.droppedElements()).isEqualTo(state.droppedElements());
        assertThat(expanded.tables()).isEqualTo(state.tables());
    }

    @Property(tries = 200)
    void whatIsCompactedCanBeExpanded(@ForAll long seed) {
        RandomStates states = new RandomStates(seed);
        BoxImage base = states.image(new byte[Sha256.BYTES]);
        BoxImage state = base;
        int memories = base.guest().memories().size();
        for (int step = 0; step < 3; step++) {
            BoxImage next = states.next(state);
            if (next.guest().memories().size() == memories) {
                assertExpands(next.guest(), base.guest());
                assertExpands(base.guest(), next.guest());
                assertExpands(next.guest(), next.guest());
                state = next;
            }
        }
    }

    private static GuestState state(byte[] memory, PagedBytes before) {
        return new GuestState(
                List.of(PagedBytes.capture(memory, memory.length, before)),
                List.of(),
                List.of(),
                new BitSet(),
                new BitSet());
    }

    @Property(tries = 200)
    void itTakesLittleMoreThanTheBytesThatChanged(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[4 * Limits.PAGE_BYTES];
        random.nextBytes(bytes);
        GuestState base = state(bytes, PagedBytes.zeros(0));
        int places = random.nextInt(40);
        int changed = 0;
        for (int i = 0; i < places; i++) {
            int length = 1 + random.nextInt(50);
            int address = random.nextInt(bytes.length - length);
            for (int j = 0; j < length; j++) {
                bytes[address + j] ^= (byte) (1 + random.nextInt(255));
            }
            changed += length;
        }
        GuestState state = state(bytes, base.memories().getFirst());
        CompactState compact = CompactState.of(state, base);
        assertExpands(state, base);
        // A place can lie in two pages, and costs a page's header, a run's, and gaps that are not worth another run.
        assertThat(compact.sizeBytes()).isBetween(128L, 128 + 16 + changed + places * (2L * (8 + 8) + 8));
    }

    @Test
    void aStateThatChangedNothingIsNearlyNothing() {
        List<CompactState> kept = new ArrayList<>();
        byte[] bytes = new byte[16 * Limits.PAGE_BYTES];
        Arrays.fill(bytes, (byte) 7);
        GuestState base = state(bytes, PagedBytes.zeros(0));
        kept.add(CompactState.of(base, base));
        kept.add(CompactState.of(state(bytes, PagedBytes.zeros(0)), base));
        assertThat(kept).allSatisfy(each -> {
            assertThat(each.sizeBytes()).isLessThan(200);
            assertThat(each.expand().memories().getFirst()).isNotNull();
            assertThat(digest(each.expand())).isEqualTo(digest(base));
        });
    }

    @Test
    void memoriesAreLargerOrSmallerThanTheBases() {
        byte[] small = new byte[Limits.PAGE_BYTES];
        byte[] large = new byte[20 * Limits.PAGE_BYTES];
        Arrays.fill(small, (byte) 1);
        Arrays.fill(large, 19 * Limits.PAGE_BYTES, large.length, (byte) 2);
        GuestState first = state(small, PagedBytes.zeros(0));
        GuestState second = state(large, PagedBytes.zeros(0));
        assertExpands(first, second);
        assertExpands(second, first);
        assertExpands(state(new byte[0], PagedBytes.zeros(0)), second);
        assertExpands(second, state(new byte[0], PagedBytes.zeros(0)));
    }
}
