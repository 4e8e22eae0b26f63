// What Groovy itself sees in the files named: the strings, calls and closures of each, after the CONVERSION phase, as a JSON line.
import groovy.json.JsonOutput
import org.codehaus.groovy.ast.*
import org.codehaus.groovy.ast.expr.*
import org.codehaus.groovy.control.*

class Seen extends CodeVisitorSupport {
  final List lines, strings = [], calls = [], closures = []

  Seen(List lines) { this.lines = lines }

  void annotations(AnnotatedNode node) { node.annotations.each { it.members.values()*.visit(this) } }
  void parameters(Parameter[] all) { all?.each { it.initialExpression?.visit(this); annotations(it) } }
  void method(MethodNode node) { annotations(node); parameters(node.parameters); node.code?.visit(this) }
  void type(ClassNode node) {
    annotations(node)
    node.fields.each { annotations(it); it.initialExpression?.visit(this) }
    node.properties.each { if (!node.fields.contains(it.field)) it.field.initialExpression?.visit(this) }
    node.declaredConstructors.each { method(it) }
    node.methods.each { method(it) }
    node.objectInitializerStatements*.visit(this)
  }

  void visitDeclarationExpression(DeclarationExpression it) { annotations(it); super.visitDeclarationExpression(it) }
  void visitConstantExpression(ConstantExpression it) {
    if (it.value instanceof String) strings << [it.lineNumber, it.columnNumber, [it.value]]
  }
  void visitGStringExpression(GStringExpression it) {
    strings << [it.lineNumber, it.columnNumber, it.strings*.value]
    it.values*.visit(this)
  }
  void visitClosureExpression(ClosureExpression it) {
    // Without parameters written there is `it`, which an empty array stands for; none at all are null.
    closures << [it.lineNumber, it.columnNumber, it.parameters == null ? [] : it.parameters.length == 0 ? null : it.parameters*.name]
    parameters(it.parameters)
    super.visitClosureExpression(it)
  }
  void visitMethodCallExpression(MethodCallExpression it) {
    call(it.method.lineNumber, it.method.columnNumber, it.method instanceof ConstantExpression ? it.method.value : null, it.arguments)
    it.objectExpression.visit(this)
    // A name is no string, quoted or not.
    if (!(it.method instanceof ConstantExpression)) it.method.visit(this)
    it.arguments.visit(this)
  }
  void visitShortTernaryExpression(ElvisOperatorExpression it) {
    it.trueExpression.visit(this)
    it.falseExpression.visit(this)
  }
  void visitPropertyExpression(PropertyExpression it) {
    it.objectExpression.visit(this)
    if (!(it.property instanceof ConstantExpression)) it.property.visit(this)
  }
  void visitConstructorCallExpression(ConstructorCallExpression it) {
    if (!it.specialCall) call(it.lineNumber, it.columnNumber, 'new ' + (it.usingAnonymousInnerClass ? it.type.getUnresolvedSuperClass(false) : it.type).nameWithoutPackage, it.arguments)
    super.visitConstructorCallExpression(it)
  }

  private void call(int line, int column, name, arguments) {
    def all = arguments instanceof TupleExpression ? arguments.expressions : [arguments]
    def maps = all.findAll { it instanceof MapExpression && !bracketed(it) }
    def entries = maps.collectMany { it.mapEntryExpressions }
    if (line > 0 || name == 'call') calls << [line, column, name, (all - maps).collect { kind(it) }, entries.collect { it.keyExpression instanceof ConstantExpression ? it.keyExpression.value as String : null }]
  }

  // The names of arguments are a map too, but one that does not begin with a bracket.
  private boolean bracketed(MapExpression map) {
    map.lineNumber > 0 && lines[map.lineNumber - 1].drop(map.columnNumber - 1).startsWith('[')
  }

  private String kind(Expression it) {
    switch (it) {
      case { it instanceof ConstantExpression && it.value instanceof String }: case GStringExpression: return 'string'
      case ConstantExpression: return 'literal'
      case ClosureExpression: return 'closure'
      case MapExpression: return 'map'
      case ListExpression: return 'list'
      case MethodCallExpression: return 'call'
      case ConstructorCallExpression: return 'new'
      case VariableExpression: return 'name'
      case SpreadExpression: return 'spread'
      default: return 'other'
    }
  }
}

new File(args[0]).eachLine { path ->
  try {
    def unit = new CompilationUnit()
    def source = unit.addSource(new File(path))
    unit.compile(Phases.CONVERSION)
    def seen = new Seen(new File(path).readLines('UTF-8'))
    def module = source.AST
    module.statementBlock.visit(seen)
    module.imports.each { seen.annotations(it) }
    module.starImports.each { seen.annotations(it) }
    if (module.package) seen.annotations(module.package)
    module.methods.each { seen.method(it) }
    module.classes.each { if (!it.script) seen.type(it) }
    println JsonOutput.toJson([path: path, strings: seen.strings, calls: seen.calls, closures: seen.closures])
  } catch (CompilationFailedException failed) {
    println JsonOutput.toJson([path: path, refused: failed.message.readLines().findAll { it }.take(2).join(' ')])
  }
}
