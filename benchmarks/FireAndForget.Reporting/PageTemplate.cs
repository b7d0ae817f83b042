// Fills the Markdown template of a page, which holds its words, with the values that code has computed. It is strict in both
// directions, so that neither a placeholder nor a value can be forgotten or misspelt.

using Scriban;
using Scriban.Runtime;

namespace FireAndForget.Reporting;

/// <summary>A page in Markdown with placeholders such as <c>{{ goals }}</c>, in the language of Scriban.</summary>
/// <param name="name">The file's name, which errors begin with.</param>
/// <param name="text">The file's text.</param>
internal sealed class PageTemplate(string name, string text)
{
    /// <summary>Reads a template that lies beside the code and is embedded in its assembly.</summary>
    /// <param name="name">The file's name.</param>
    public static PageTemplate ReadResource(string name)
    {
        using Stream stream = typeof(PageTemplate).Assembly.GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream);
        return new(name, reader.ReadToEnd());
    }

    /// <summary>Renders the page. Loops and conditions are the template's; it has no functions.</summary>
    /// <param name="values">The values by the names of their placeholders; a table or a text stands in the page as it is.</param>
    /// <returns>The page.</returns>
    /// <exception cref="Scriban.Syntax.ScriptRuntimeException">A placeholder has no value.</exception>
    /// <exception cref="InvalidOperationException">The template has a mistake, or a value has no placeholder.</exception>
    public string Render(IReadOnlyDictionary<string, object> values)
    {
        HashSet<string> unused = [.. values.Keys];
        TemplateContext context = new(new ScriptObject())
        {
            StrictVariables = true,
            EnableRelaxedMemberAccess = false,
            TryGetVariable = (_, _, variable, out value) =>
            {
                _ = unused.Remove(variable.Name);
                return values.TryGetValue(variable.Name, out value);
            },
        };
        string page = Template.Parse(text, name).Render(context);
        return unused.Count == 0
            ? page
            : throw new InvalidOperationException(
                $"{name} has no placeholder for {string.Join(", ", unused)}: write {{{{ name }}}} where it belongs, or take the value out."
            );
    }
}
