package dev.rollouts.cli.report;

/**
 * A page around a report: style inside, no script, no link, nothing loaded. Light or dark as the
 * reader's system is.
 */
final class HtmlPage {
  private static final int TITLE_MAX = 140;

  private HtmlPage() {}

  /** Everything up to the first section. */
  static void begin(StringBuilder out, String title) {
    out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src"
                + " 'unsafe-inline'\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .append("<title>")
        .append(Html.text(title, TITLE_MAX))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<main>\n");
  }

  /** The whole page. */
  static String end(StringBuilder out) {
    return out.append("</main>\n</body>\n</html>\n").toString();
  }

  private static final String STYLE =
      """
      :root {
        --back: #f6f7f9; --card: #fff; --text: #1b2430; --soft: #5d6b7c; --rule: #e3e7ec;
        --successful: #1a7f4b; --failed: #c62f35; --inconclusive: #a36a00; --error: #8a3fb0;
        --running: #1769aa; --pending: #6b7785; --line: #8fa3b8;
      }
      @media (prefers-color-scheme: dark) {
        :root {
          --back: #11161c; --card: #1a2129; --text: #e4e9ef; --soft: #97a5b5; --rule: #2b3540;
          --successful: #4cc38a; --failed: #ff6b6b; --inconclusive: #f0b429; --error: #c58aeb;
          --running: #5aaef0; --pending: #8b98a8; --line: #5b6d80;
        }
      }
      * { box-sizing: border-box; }
      body {
        margin: 0; background: var(--back); color: var(--text);
        font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
      }
      main { max-width: 860px; margin: 0 auto; padding: 28px 16px 56px; }
      header, section {
        background: var(--card); border: 1px solid var(--rule); border-radius: 10px;
        padding: 18px 22px; margin-bottom: 16px; overflow-wrap: anywhere;
      }
      header { border-top: 5px solid var(--pending); }
      header.successful { border-top-color: var(--successful); }
      header.failed { border-top-color: var(--failed); }
      header.inconclusive { border-top-color: var(--inconclusive); }
      header.error { border-top-color: var(--error); }
      header.running { border-top-color: var(--running); }
      h1 { font-size: 1.5rem; margin: 0 0 6px; }
      h2 { font-size: 1.1rem; margin: 0 0 8px; }
      h3 { font-size: .95rem; margin: 18px 0 6px; color: var(--soft); }
      p { margin: 4px 0; }
      .verdict { font-size: 1.1rem; }
      .message { color: var(--soft); }
      dl { display: flex; flex-wrap: wrap; gap: 4px 26px; margin: 14px 0 0; }
      dt { color: var(--soft); font-size: .8rem; }
      dd { margin: 0; }
      code { font: .85em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: var(--soft); }
      .badge {
        display: inline-block; padding: 1px 9px; border-radius: 99px; font-size: .8rem;
        font-weight: 600; vertical-align: 2px; white-space: nowrap; color: var(--card); background: var(--pending);
      }
      .badge.successful { background: var(--successful); }
      .badge.failed { background: var(--failed); }
      .badge.inconclusive { background: var(--inconclusive); }
      .badge.error { background: var(--error); }
      .badge.running { background: var(--running); }
      svg { display: block; width: 100%; height: auto; margin-top: 10px; }
      svg text { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--soft); }
      .grid { stroke: var(--rule); }
      .axis { stroke: var(--line); }
      .line { fill: none; stroke: var(--line); stroke-width: 1.5; stroke-linejoin: round; }
      .threshold { stroke-width: 1.2; stroke-dasharray: 6 4; }
      .threshold.failed { stroke: var(--failed); }
      .threshold.inconclusive { stroke: var(--inconclusive); }
      svg .threshold-label { paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
      svg .threshold-label.failed { fill: var(--failed); }
      svg .threshold-label.inconclusive { fill: var(--inconclusive); }
      .failed-side { fill: var(--failed); opacity: .08; }
      .inconclusive-side { fill: var(--inconclusive); opacity: .08; }
      .p circle { fill: var(--pending); }
      .p.successful circle { fill: var(--successful); }
      .p.running circle { fill: var(--running); }
      .p.failed path { stroke: var(--failed); stroke-width: 2.6; stroke-linecap: round; }
      .p.inconclusive path { fill: var(--inconclusive); }
      .p.error path { fill: var(--error); }
      .bar { fill: var(--running); }
      ul { margin: 4px 0; padding-left: 20px; }
      .chain, .chain ul { list-style: none; padding-left: 0; }
      .chain ul { margin: 2px 0 2px 6px; padding-left: 14px; border-left: 2px solid var(--rule); }
      .chain li { padding: 2px 0; }
      .rule {
        font: .72rem ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: var(--soft);
        border: 1px solid var(--rule); border-radius: 4px; padding: 0 4px; white-space: nowrap;
      }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
      th, td { text-align: left; padding: 4px 14px 4px 0; border-bottom: 1px solid var(--rule); vertical-align: top; overflow-wrap: break-word; }
      th { font-size: .8rem; font-weight: 600; color: var(--soft); }
      tr:last-child td { border-bottom: 0; }
      .time { text-align: right; white-space: nowrap; }
      .of { white-space: nowrap; max-width: 16em; overflow: hidden; text-overflow: ellipsis; }
      td.failed { color: var(--failed); }
      td.error { color: var(--error); }
      td.inconclusive { color: var(--inconclusive); }
      td.fault { color: var(--inconclusive); font-style: italic; }
      tr.strong td { font-weight: 600; }
      tr.strong td.successful { color: var(--successful); }
      tr.left-out td { color: var(--soft); }
      .stack { display: flex; height: 14px; border-radius: 7px; overflow: hidden; margin: 8px 0 12px; }
      .stack .successful { background: var(--successful); }
      .stack .failed { background: var(--failed); }
      .stack .inconclusive { background: var(--inconclusive); }
      .stack .error { background: var(--error); }
      .stack .running { background: var(--running); }
      .key { display: flex; flex-wrap: wrap; gap: 2px 18px; color: var(--soft); font-size: .85rem; }
      .key i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
      .v0 { fill: var(--line); background: var(--line); } .v1 { fill: var(--running); background: var(--running); }
      .v2 { fill: var(--inconclusive); background: var(--inconclusive); } .v3 { fill: var(--error); background: var(--error); }
      .lost { fill: var(--failed); background: var(--failed); }
      .others { border: 1px solid var(--soft); }
      .wanted { fill: none; stroke: var(--text); stroke-width: 1.2; stroke-dasharray: 4 3; }
      .moment { stroke-width: 1.2; } .moment.successful { stroke: var(--successful); } .moment.failed { stroke: var(--failed); }
      .moment.pending { stroke: var(--soft); stroke-dasharray: 2 3; }
      td.num, th.num { text-align: right; white-space: nowrap; } th.head { white-space: nowrap; }
      .note.user { color: var(--running); font-weight: 600; } .note.fault { color: var(--inconclusive); font-style: italic; }
      .note.successful { color: var(--successful); } .note.failed { color: var(--failed); }
      .note.inconclusive { color: var(--inconclusive); } .note.error { color: var(--error); }
      @media print { body { background: none; } header, section { break-inside: avoid; } }
      """;
}
