using System.CommandLine;

namespace OrleansHybrid.CommandLine;

/// <summary>A word of a command line that is no option.</summary>
public static class WordArgument
{
    /// <summary>One that must be there; what begins with two dashes is an option that nobody knows.</summary>
    /// <param name="name">Its name in help.</param>
    /// <param name="description">Its description in help.</param>
    public static Argument<string> Create(string name, string description)
    {
        var word = new Argument<string>(name) { Description = description };
        word.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && IsOption(token.Value))
            {
                result.AddError($"{name} is not an option");
            }
        });
        return word;
    }

    /// <summary>One of a few words.</summary>
    /// <param name="name">Its name in help.</param>
    /// <param name="description">Its description in help.</param>
    /// <param name="values">The words.</param>
    public static Argument<string> CreateChoice(string name, string description, params string[] values)
    {
        var word = Create(name, description);
        word.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !values.Contains(token.Value))
            {
                result.AddError($"{name} must be {string.Join(" or ", values)}");
            }
        });
        return word;
    }

    internal static bool IsOption(string word) => word.StartsWith("--", StringComparison.Ordinal);
}
