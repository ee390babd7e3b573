package dev.rollouts.analysis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.provider.ProviderSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EgressRulesTest {
  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data",
        "http://169.254.0.1/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[::a9fe:a9fe]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:a9fe:a9fe::1]/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://2852039166/",
        "http://0xA9FEA9FE/",
        "http://0xa9.0xfe.0xa9.0xfe/",
        "http://0251.0376.0251.0376/",
        "http://169.254.43518/",
        "http://169.16689662/",
        "http://169.254.169.254./",
        "http://%31%36%39.254.169.254/",
        "http://１６９.254.169.254/",
        "http://metadata.google.internal/",
        "http://METADATA.google.internal./",
        "http://user@metadata.google.internal:80/",
      })
  void noSpellingReachesTheMetadataEndpoint(String url) {
    EgressRules rules = EgressRules.of(ProviderSettings.defaults());
    HttpUrl parsed = HttpUrl.parse(url);
    if (parsed != null) {
      assertThatThrownBy(() -> rules.checkHost(parsed.host(), true))
          .isInstanceOf(EgressRules.RefusedException.class);
      assertThatThrownBy(() -> rules.checkHost(parsed.host(), false))
          .isInstanceOf(EgressRules.RefusedException.class);
    }
  }

  @ParameterizedTest(name = "a name that resolves to {0}")
  @ValueSource(
      strings = {"169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "2002:a9fe:a9fe::"})
  void noNameReachesTheMetadataEndpoint(String address) throws UnknownHostException {
    EgressRules rules = EgressRules.of(ProviderSettings.defaults());
    List<InetAddress> addresses =
        List.of(InetAddress.getByName("10.0.0.1"), InetAddress.getByName(address));
    assertThatThrownBy(() -> rules.checkResolved("rebinds.example", addresses))
        .isInstanceOf(EgressRules.RefusedException.class)
        .hasMessageContaining("host rebinds.example (")
        .hasMessageContaining("denied by the egress rule");
  }

  @ParameterizedTest(name = "allow {0} deny {1}: {2} at {3} -> {4}")
  @CsvSource(
      nullValues = "-",
      value = {
        "-, -, shop.example, 10.0.0.1, yes",
        "-, -, localhost, 127.0.0.1, yes",
        "-, shop.example, shop.example, 10.0.0.1, no",
        "-, shop.example, SHOP.example., 10.0.0.1, no",
        "-, shop.example, a.shop.example, 10.0.0.1, yes",
        "-, *.shop.example, a.shop.example, 10.0.0.1, no",
        "-, *.shop.example, a.b.shop.example, 10.0.0.1, no",
        "-, *.shop.example, shop.example, 10.0.0.1, yes",
        "-, *.shop.example, myshop.example, 10.0.0.1, yes",
        "-, 10.0.0.0/8, shop.example, 10.255.0.1, no",
        "-, 10.0.0.0/8, shop.example, 11.0.0.1, yes",
        "-, 10.0.0.0/9, shop.example, 10.128.0.1, yes",
        "-, 0.0.0.0/0, shop.example, 1.2.3.4, no",
        "-, 0.0.0.0/0, shop.example, 2001:db8::1, yes",
        "-, 2001:db8::/33, shop.example, 2001:db8:8000::1, yes",
        "-, 2001:db8::/33, shop.example, 2001:db8:7000::1, no",
        "shop.example, -, shop.example, 10.0.0.1, yes",
        "shop.example, -, other.example, 10.0.0.1, no",
        "*.example, -, other.example, 10.0.0.1, yes",
        "10.0.0.0/8, -, other.example, 10.0.0.1, yes",
        "10.0.0.0/8, -, other.example, 11.0.0.1, no",
        "10.0.0.7, -, other.example, 10.0.0.7, yes",
        "10.0.0.7, -, 10.0.0.7, 10.0.0.7, yes",
        "10.0.0.7, -, 10.0.0.8, 10.0.0.8, no",
        "shop.example, 10.0.0.0/8, shop.example, 10.0.0.1, no",
        "shop.example 10.0.0.0/8, -, other.example, 10.0.0.1, yes",
        "bücher.example, -, xn--bcher-kva.example, 10.0.0.1, yes",
      })
  void comparesNamesBeforeAndAddressesAfterResolution(
      @Nullable String allow, @Nullable String deny, String host, String address, String reached)
      throws UnknownHostException {
    EgressRules rules = EgressRules.of(settings(list(allow), list(deny)));
    List<InetAddress> addresses = List.of(InetAddress.getByName(address));
    if (reached.equals("yes")) {
      rules.checkHost(host, true);
      rules.checkResolved(host, addresses);
    } else {
      assertThatThrownBy(
              () -> {
                rules.checkHost(host, true);
                rules.checkResolved(host, addresses);
              })
          .isInstanceOf(EgressRules.RefusedException.class);
    }
  }

  @Test
  void aProxyResolvesByItselfSoOnlyNamesCanBeAllowed() throws UnknownHostException {
    EgressRules rules = EgressRules.of(settings(List.of("shop.example", "10.0.0.0/8"), List.of()));
    rules.checkHost("shop.example", false);
    rules.checkHost("10.1.2.3", false);
    assertThatThrownBy(() -> rules.checkHost("other.example", false))
        .hasMessage(
            "host other.example is not on the egress allow list; whoever operates this process can add it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/x",
        "shop.example/8",
        "10.0.0",
        "*",
        "*.",
        "a b",
        "http://shop.example",
        "256.1.1.1"
      })
  void refusesAnEntryThatIsNoRule(String entry) {
    assertThatThrownBy(() -> EgressRules.of(settings(List.of(), List.of("ok.example", entry))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "egressDeny[1]: \""
                + entry
                + "\" is neither a host name, *.suffix, an address nor a block such as 10.0.0.0/8");
  }

  @Test
  void neverAsksAResolverAboutALiteral() {
    assertThat(Addresses.literal("300.1.1.1")).isNull();
    assertThat(Addresses.literal("1.2.3")).isNull();
    assertThat(Addresses.literal("face")).isNull();
    assertThat(Addresses.literal(":::")).isNull();
    assertThat(Addresses.literal("1.2.3.4")).containsExactly(1, 2, 3, 4);
  }

  private static List<String> list(@Nullable String entries) {
    return entries == null ? List.of() : Arrays.asList(entries.split(" ", -1));
  }

  private static ProviderSettings settings(List<String> allow, List<String> deny) {
    return ProviderSettings.defaults().withEgress(allow, deny);
  }
}
