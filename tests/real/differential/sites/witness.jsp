<%@ page contentType="text/plain" import="java.io.*,java.nio.charset.*,java.nio.file.*,java.util.*,javax.xml.parsers.*" session="false" trimDirectiveWhitespaces="true" %>
<%!
  // Every request of the Tomcat site ends here: writes down, one JSON line for each request, what the servlet container
  // made of it: parameters, parts, cookies, headers, and the body by its charset. Values are in base64.
  static final Object LOCK = new Object();

  static String packed(byte[] bytes) { return "\"" + Base64.getEncoder().encodeToString(bytes) + "\""; }

  static String packed(String text) { return packed((text == null ? "" : text).getBytes(StandardCharsets.UTF_8)); }

  static void see(List<String> seen, String where, String name, String value) {
    seen.add("[\"" + where + "\"," + packed(name) + "," + packed(value) + "]");
  }

  static void see(List<String> seen, String where, String name, byte[] value) {
    seen.add("[\"" + where + "\"," + packed(name) + "," + packed(value) + "]");
  }

  static void seeJson(List<String> seen, String name, Object value) {
    if (value instanceof Map) {
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) seeJson(seen, name + "." + entry.getKey(), entry.getValue());
    } else if (value instanceof Iterable) {
      for (Object inner : (Iterable<?>) value) seeJson(seen, name, inner);
    } else {
      see(seen, "json", name, String.valueOf(value));
    }
  }

  static void seeXml(List<String> seen, org.w3c.dom.Node node) {
    see(seen, "xml", node.getNodeName(), node.getNodeValue());
    for (int at = 0; node.getAttributes() != null && at < node.getAttributes().getLength(); at++)
      see(seen, "xml", node.getNodeName(), node.getAttributes().item(at).getNodeValue());
    for (org.w3c.dom.Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) seeXml(seen, child);
  }
%>
<%
  List<String> seen = new ArrayList<>();
  String type = request.getContentType() == null ? "" : request.getContentType().toLowerCase();
  try {
    for (Map.Entry<String, String[]> field : request.getParameterMap().entrySet())
      for (String value : field.getValue()) see(seen, "field", field.getKey(), value);
  } catch (RuntimeException refused) { see(seen, "refused", "parameters", "" + refused); }
  if (type.startsWith("multipart/")) {
    try {
      for (jakarta.servlet.http.Part part : request.getParts()) {
        see(seen, "file-name", part.getName(), part.getSubmittedFileName());
        see(seen, "file", part.getName(), part.getInputStream().readAllBytes());
        for (String name : part.getHeaderNames()) see(seen, "part-head", name, part.getHeader(name));
      }
    } catch (Exception refused) { see(seen, "refused", "parts", "" + refused); }
  }
  byte[] body = new byte[0];
  try { body = request.getInputStream().readAllBytes(); } catch (Exception gone) { see(seen, "refused", "body", "" + gone); }
  see(seen, "body", "getInputStream", body);
  try { see(seen, "body", "getReader", new String(body, request.getCharacterEncoding() == null ? "ISO-8859-1" : request.getCharacterEncoding())); }
  catch (Exception unknown) { see(seen, "refused", "charset", "" + unknown); }
  if (type.contains("json")) {
    try { seeJson(seen, "json", new org.apache.tomcat.util.json.JSONParser(new ByteArrayInputStream(body)).parse()); }
    catch (Throwable bad) { see(seen, "refused", "json", bad.getClass().getName()); }
  }
  if (type.contains("xml")) {
    try { seeXml(seen, DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(body))); }
    catch (Exception bad) { see(seen, "refused", "xml", bad.getClass().getName()); }
  }
  if (request.getCookies() != null)
    for (jakarta.servlet.http.Cookie cookie : request.getCookies()) see(seen, "cookie", cookie.getName(), cookie.getValue());
  for (Enumeration<String> names = request.getHeaderNames(); names.hasMoreElements();) {
    String name = names.nextElement();
    for (Enumeration<String> values = request.getHeaders(name); values.hasMoreElements();) see(seen, "header", name, values.nextElement());
  }
  try {
    // The trailers of a chunked body.
    if (request.isTrailerFieldsReady())
      for (Map.Entry<String, String> field : request.getTrailerFields().entrySet()) see(seen, "trailer", field.getKey(), field.getValue());
  } catch (RuntimeException none) { see(seen, "refused", "trailers", "" + none); }
  String uri = (String) request.getAttribute("jakarta.servlet.forward.request_uri");
  if (uri == null) uri = request.getRequestURI();
  see(seen, "target", "servletPath", request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo()));
  see(seen, "target", "requestURI", uri);
  see(seen, "target", "queryString", request.getQueryString());
  String line = "{\"port\":" + request.getLocalPort() + ",\"method\":" + packed(request.getMethod())
    + ",\"target\":" + packed(uri) + ",\"seen\":[" + String.join(",", seen) + "]}\n";
  synchronized (LOCK) {
    Files.write(Paths.get(System.getProperty("witness.log")), line.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
  out.print("seen\n");
%>
