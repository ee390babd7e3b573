package dev.rollouts.analysis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.provider.ProviderSettings;
import java.util.HashMap;
import java.util.Map;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentProxiesTest {
  private static final String PROXY = "http://proxy.example:3128";

  @ParameterizedTest(name = "P-025 {0} with NO_PROXY={1} goes {2}")
  @CsvSource({
    "http://shop.example/, '', proxied",
    "https://shop.example/, '', proxied",
    "http://localhost:9090/, '', direct",
    "http://127.0.0.2/, '', direct",
    "http://[::1]/, '', direct",
    "http://shop.example/, *, direct",
    "http://shop.example/, shop.example, direct",
    "http://a.shop.example/, shop.example, direct",
    "http://myshop.example/, shop.example, proxied",
    "http://shop.example/, .shop.example, proxied",
    "http://a.shop.example/, .shop.example, direct",
    "http://a.shop.example/, *.shop.example, direct",
    "http://SHOP.example/, ' other , Shop.Example ', direct",
    "http://shop.example:8080/, shop.example:8080, direct",
    "http://shop.example/, shop.example:8080, proxied",
    "http://10.1.2.3/, 10.0.0.0/8, direct",
    "http://11.1.2.3/, 10.0.0.0/8, proxied",
    "http://10.1.2.3/, 10.1.2.3, direct",
    "http://10.1.2.3/, 10.1.2.3:80, direct",
    "http://[2001:db8::1]/, 2001:db8::/32, direct",
    "http://[2001:db8::1]:81/, [2001:db8::1]:80, proxied",
    "http://[2001:db8::1]:80/, [2001:db8::1]:80, direct",
    "http://shop.example/, 10.0.0.0/8, proxied",
    "http://10.1.2.3/, 10.0.0.0/x, proxied",
  })
  void leavesOutWhatNoProxyNames(String url, String noProxy, String way) throws HttpFailure {
    EnvironmentProxies proxies = of("HTTP_PROXY", PROXY, "HTTPS_PROXY", PROXY, "NO_PROXY", noProxy);
    assertThat(proxies.select(HttpUrl.get(url)).isDirect()).isEqualTo(way.equals("direct"));
  }

  @Test
  void choosesByTheSchemeOfTheTarget() throws HttpFailure {
    EnvironmentProxies proxies =
        of("HTTP_PROXY", "plain.example:1", "HTTPS_PROXY", "http://tls.example:2");
    assertThat(proxies.select(HttpUrl.get("http://shop.example")).proxy().toString())
        .contains("HTTP")
        .contains("plain.example")
        .endsWith(":1");
    assertThat(proxies.select(HttpUrl.get("https://shop.example")).proxy().toString())
        .contains("tls.example")
        .endsWith(":2");
    assertThat(of("HTTPS_PROXY", PROXY).select(HttpUrl.get("http://shop.example")).isDirect())
        .isTrue();
  }

  @Test
  void readsLowerCaseToo() throws HttpFailure {
    EnvironmentProxies proxies = of("http_proxy", PROXY, "no_proxy", "x.example");
    assertThat(proxies.select(HttpUrl.get("http://shop.example")).isDirect()).isFalse();
    assertThat(proxies.select(HttpUrl.get("http://x.example")).isDirect()).isTrue();
  }

  @Test
  void takesTheProxysCredentialsAndDoesNotPrintThem() throws HttpFailure {
    EnvironmentProxies.Hop hop =
        of("HTTP_PROXY", "http://carl:hunter2@proxy.example:3128")
            .select(HttpUrl.get("http://shop.example"));
    assertThat(hop.authorization()).isEqualTo("Basic Y2FybDpodW50ZXIy");
    assertThat(hop.toString()).doesNotContain("hunter2").doesNotContain("Y2FybDpodW50ZXIy");
  }

  @Test
  void speaksSocks() throws HttpFailure {
    assertThat(
            of("HTTPS_PROXY", "socks5://proxy.example")
                .select(HttpUrl.get("https://shop.example"))
                .proxy()
                .toString())
        .contains("SOCKS")
        .endsWith(":1080");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://proxy.example",
        "ftp://proxy.example",
        "http://",
        "socks5://carl:pw@proxy.example",
        "::"
      })
  void refusesAProxyThatItCannotUse(String proxy) {
    assertThatThrownBy(() -> of("HTTP_PROXY", proxy).select(HttpUrl.get("http://shop.example")))
        .isInstanceOf(HttpFailure.class)
        .hasMessageStartingWith(
            "the environment variable HTTP_PROXY is not a proxy that can be used")
        .hasMessageNotContaining("carl");
  }

  private static EnvironmentProxies of(String... variables) {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return EnvironmentProxies.of(ProviderSettings.defaults().withEnvironment(environment));
  }
}
