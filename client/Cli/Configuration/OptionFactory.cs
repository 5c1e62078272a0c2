using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace OrleansHybrid.Cli.Configuration;

/// <summary>Makes options that are known with one dash and with two, as published command lines have them.</summary>
internal static class OptionFactory
{
    /// <param name="name">Without dashes; a name of one letter is shown with one.</param>
    /// <param name="description">Its description in help.</param>
    /// <param name="helpName">The name of its value in help.</param>
    /// <param name="aliases">Other names, without dashes.</param>
    public static Option<T> CreateOption<T>(string name, string description, string helpName = "", params string[] aliases) =>
        new($"--{name}", [$"-{name}", .. aliases.SelectMany(also => new[] { $"--{also}", $"-{also}" })])
        {
            Description = description,
            HelpName = helpName.Length > 0 ? helpName : null,
        };

    /// <summary>An option that takes a whole number, and rejects one that the server would not do as it says.</summary>
    public static Option<int?> CreateNumber(string name, string description, string helpName, int min, int max = int.MaxValue)
    {
        var option = CreateOption<int?>(name, description, helpName);
        option.CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number >= min
                && number <= max)
            {
                return number;
            }

            result.AddError(
                $"{option.Name} takes a whole number from {min} {(max == int.MaxValue ? "on" : $"to {max}")}, not {text}: "
                + $"give one, or leave {option.Name} out");
            return null;
        };
        return option;
    }

    /// <summary>The option for a priority.</summary>
    public static Option<int?> CreatePriority(string name, string description) => CreateNumber(name, description, "N", min: 0, max: 2);

    /// <summary>An option for how long something is held back: a week at most.</summary>
    public static Option<int?> CreateDelay(string name, string description) =>
        CreateNumber(name, description, "SECONDS", min: 0, max: 604_800);

    /// <summary>The argument that names a cluster.</summary>
    public static Argument<string> CreateClusterArgument() => CreateArgument("CLUSTER_ID", "The cluster");

    /// <summary>The option for labels that a runner must have.</summary>
    public static Option<string[]> CreateRequiredLabels() => CreateOption<string[]>(
        "require", "Label that a runner must have, such as gpu or zone=eu-1; may be repeated", "LABEL");

    /// <summary>The required labels; null when there are none.</summary>
    public static IReadOnlyList<string>? GetRequiredLabels(this ParseResult parsed, Option<string[]> require) =>
        parsed.GetValue(require) is { Length: > 0 } labels ? labels : null;

    /// <summary>An option that takes a moment.</summary>
    public static Option<DateTimeOffset?> CreateTime(string name, string description)
    {
        var option = CreateOption<DateTimeOffset?>(name, $"{description}, such as 2030-12-31T23:59:59Z", "TIME");
        option.CustomParser = result => ParseTime(name, result);
        return option;
    }

    /// <summary>A positional argument; one that begins with a dash is an unknown option.</summary>
    public static Argument<string> CreateArgument(string name, string description)
    {
        var word = new Argument<string>(name) { Description = description };
        word.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] unknown }])
            {
                result.AddError($"there is no option {unknown}");
            }
        });
        return word;
    }

    public static void MakeExclusive(this Command command, Option one, Option other) => command.Validators.Add(result =>
    {
        if (result.GetResult(one) is not null && result.GetResult(other) is not null)
        {
            result.AddError($"give {one.Name} or {other.Name}, not both");
        }
    });

    private static DateTimeOffset? ParseTime(string name, ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (text.Contains('T', StringComparison.OrdinalIgnoreCase)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time))
        {
            return time;
        }

        result.AddError($"--{name} takes a time such as 2030-12-31T23:59:59Z or 2030-12-31T23:59:59+02:00, not {text}");
        return null;
    }
}
