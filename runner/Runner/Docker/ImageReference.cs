using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Orleans.Hybrid.Runner.Docker;

/// <summary>An image's name as the registry grammar allows it: <c>[host/]path[:tag][@digest]</c>.</summary>
internal sealed partial record ImageReference
{
    private const int LongestText = 600;
    private const int LongestName = 255;

    private ImageReference(string name, string version, bool pinned)
    {
        Name = name;
        Version = version;
        Pinned = pinned;
    }

    /// <summary>Host and path, without tag and digest.</summary>
    public string Name { get; }

    /// <summary>The digest, else the tag, else <c>latest</c>: asked for none, an engine would pull every tag.</summary>
    public string Version { get; }

    /// <summary>True when <see cref="Version"/> is a digest.</summary>
    public bool Pinned { get; }

    /// <summary>Reads a reference; what is none, such as an option or a path, never gets into a URL.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? image)
    {
        var match = text.Length <= LongestText ? Grammar().Match(text) : Match.Empty;
        var name = match.Groups["name"].Value;
        if (!match.Success || name.Length > LongestName)
        {
            image = null;
            return false;
        }

        var digest = match.Groups["digest"];
        var tag = match.Groups["tag"];
        image = new ImageReference(
            name, digest.Success ? digest.Value : tag.Success ? tag.Value : "latest", digest.Success);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Pinned ? $"{Name}@{Version}" : $"{Name}:{Version}";

    [GeneratedRegex("""
        \A
        (?<name>
            (?: (?: [A-Za-z0-9] (?: [A-Za-z0-9-]* [A-Za-z0-9] )? (?: \. [A-Za-z0-9] (?: [A-Za-z0-9-]* [A-Za-z0-9] )? )*
                  | \[ [A-Fa-f0-9:]+ \] )
                (?: : [0-9]{1,5} )? / )?
            [a-z0-9]+ (?: (?: [._] | __ | -+ ) [a-z0-9]+ )*
            (?: / [a-z0-9]+ (?: (?: [._] | __ | -+ ) [a-z0-9]+ )* )*
        )
        (?: : (?<tag> [A-Za-z0-9_] [A-Za-z0-9_.-]{0,127} ) )?
        (?: @ (?<digest> [A-Za-z][A-Za-z0-9]* (?: [+._-] [A-Za-z][A-Za-z0-9]* )* : [A-Fa-f0-9]{32,128} ) )?
        \z
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Grammar();
}
