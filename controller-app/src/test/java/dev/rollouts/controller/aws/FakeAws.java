package dev.rollouts.controller.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Elastic Load Balancing API as far as it is asked, in its own protocol: forms go in, XML comes
 * out. While it is open, the SDK of this JVM asks it.
 */
public final class FakeAws implements AutoCloseable {
  /** DNS name of the load balancer, which AWS spells with a capital letter. */
  public static final String HOSTNAME = "web-1.eu-central-1.elb.amazonaws.com";

  /** ARN of the load balancer. */
  public static final String BALANCER =
      "arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/web/50dc6c495c0c9188";

  private static final String GROUP =
      "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/%s/73e2d6bc24d8a067";
  private static final String LISTENER =
      "arn:aws:elasticloadbalancing:eu-central-1:1:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2";
  private static final Pattern ACTION = Pattern.compile("(?:^|&)Action=([^&]+)");

  private final WireMockServer server =
      new WireMockServer(options().dynamicPort().containerThreads(40));
  private final Map<String, String> before = new LinkedHashMap<>();

  /** With one load balancer, on the second page of them. */
  public FakeAws() {
    server.start();
    set("aws.region", "eu-central-1");
    set("aws.accessKeyId", "planted-id");
    set("aws.secretAccessKey", "planted-key");
    set("aws.endpointUrl", server.baseUrl());
    set("aws.maxAttempts", "1");
    answer(
        "DescribeLoadBalancers",
        "",
        "<LoadBalancers>%s</LoadBalancers><NextMarker>page two</NextMarker>"
            .formatted(balancer("other", "other.elb.amazonaws.com", BALANCER + "1")));
    answer(
        "DescribeLoadBalancers",
        ".*&Marker=page\\+two.*|.*&Marker=page%20two.*",
        "<LoadBalancers>%s</LoadBalancers>"
            .formatted(balancer("web", HOSTNAME.replace("web", "Web"), BALANCER)));
    answer(
        "DescribeListeners",
        "",
        "<Listeners><member><ListenerArn>%s</ListenerArn></member></Listeners>"
            .formatted(LISTENER));
  }

  private static String balancer(String name, String host, String arn) {
    return "<member><LoadBalancerName>%s</LoadBalancerName><DNSName>%s</DNSName><LoadBalancerArn>%s</LoadBalancerArn></member>"
        .formatted(name, host, arn);
  }

  private void set(String property, String value) {
    before.put(property, System.getProperty(property));
    System.setProperty(property, value);
  }

  /** ARN of a target group. */
  public static String arn(String targetGroup) {
    return GROUP.formatted(targetGroup);
  }

  /** Target groups by name, and what their tag says. */
  public void targetGroups(Map<String, String> tags) {
    StringBuilder groups = new StringBuilder();
    StringBuilder tagged = new StringBuilder();
    tags.forEach(
        (name, tag) -> {
          groups.append(
              "<member><TargetGroupName>%s</TargetGroupName><TargetGroupArn>%s</TargetGroupArn></member>"
                  .formatted(name, arn(name)));
          tagged.append(
              "<member><ResourceArn>%s</ResourceArn><Tags><member><Key>ingress.k8s.aws/resource</Key><Value>%s</Value></member><member><Key>empty</Key></member></Tags></member>"
                  .formatted(arn(name), tag));
        });
    answer("DescribeTargetGroups", "", "<TargetGroups>" + groups + "</TargetGroups>");
    answer("DescribeTags", "", "<TagDescriptions>" + tagged + "</TagDescriptions>");
  }

  /** Weights of target groups in the listener's rule; beside it a rule that answers by itself. */
  public void weights(Map<String, Integer> weights) {
    StringBuilder tuples = new StringBuilder();
    weights.forEach(
        (name, weight) ->
            tuples.append(
                "<member><TargetGroupArn>%s</TargetGroupArn><Weight>%d</Weight></member>"
                    .formatted(arn(name), weight)));
    answer(
        "DescribeRules",
        "",
        """
        <Rules>
          <member><Actions><member><Type>fixed-response</Type></member></Actions></member>
          <member><Actions><member><Type>forward</Type><ForwardConfig><TargetGroups>%s</TargetGroups></ForwardConfig></member></Actions></member>
        </Rules>
        """
            .formatted(tuples));
  }

  /** Addresses that are registered with every target group. */
  public void targets(List<String> ips, int port) {
    StringBuilder targets = new StringBuilder();
    ips.forEach(
        ip ->
            targets.append(
                "<member><Target><Id>%s</Id><Port>%d</Port></Target><TargetHealth><State>initial</State></TargetHealth></member>"
                    .formatted(ip, port)));
    answer(
        "DescribeTargetHealth",
        "",
        "<TargetHealthDescriptions>" + targets + "</TargetHealthDescriptions>");
  }

  private void answer(String action, String more, String result) {
    String xml =
        "<%1$sResponse xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\"><%1$sResult>%2$s</%1$sResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></%1$sResponse>"
            .formatted(action, result);
    respond(action, more, 200, xml);
  }

  /** An action is refused from now on. */
  public void refuse(String action) {
    respond(
        action,
        "",
        403,
        "<ErrorResponse xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>role rollouts is not authorized to perform elasticloadbalancing:%s</Message></Error><RequestId>r</RequestId></ErrorResponse>"
            .formatted(action));
  }

  private void respond(String action, String more, int status, String xml) {
    server.stubFor(
        post(urlEqualTo("/"))
            .atPriority(more.isEmpty() ? 5 : 1)
            .withRequestBody(matching("(?s)Action=" + action + "(&.*)?"))
            .withRequestBody(matching(more.isEmpty() ? "(?s).*" : more))
            .willReturn(
                aResponse()
                    .withStatus(status)
                    .withHeader("Content-Type", "text/xml")
                    .withBody(xml)));
  }

  /** What was asked, in its order. */
  public List<String> actions() {
    return server.findAll(postRequestedFor(urlEqualTo("/"))).stream()
        .map(
            request -> {
              Matcher action = ACTION.matcher(request.getBodyAsString());
              return action.find() ? action.group(1) : "?";
            })
        .toList();
  }

  @Override
  public void close() {
    server.stop();
    before.forEach(
        (property, value) -> {
          if (value == null) {
            System.clearProperty(property);
          } else {
            System.setProperty(property, value);
          }
        });
  }
}
