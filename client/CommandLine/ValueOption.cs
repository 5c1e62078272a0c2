using System.CommandLine;

namespace OrleansHybrid.CommandLine;

/// <summary>An option with a text behind it, which is checked by whoever uses it.</summary>
public static class ValueOption
{
    private const int MaxTimes = 1000;

    /// <summary>Makes one; where it is given several times, the last one counts.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="valueName">The name of the text in help.</param>
    /// <param name="description">Its description in help.</param>
    public static Option<string> Create(string name, string valueName, string description) => new(name)
    {
        Description = description,
        HelpName = valueName,
        Arity = new ArgumentArity(1, MaxTimes),
        CustomParser = result => result.Tokens[^1].Value,
    };
}
