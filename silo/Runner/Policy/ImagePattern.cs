using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using OrleansHybrid.Primitives.Codes;

namespace OrleansHybrid.Runner.Policy;

/// <summary>
/// Which images a rule is for: a reference with <c>*</c> within a part of its path or its tag, <c>**</c> for several parts,
/// or <c>*</c> alone for all. Its host is never a pattern, so that no registry but the one that is named can match.
/// </summary>
internal sealed partial class ImagePattern
{
    private const RegexOptions Exactly = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    private readonly Regex _name;
    private readonly Regex? _tag;
    private readonly string? _digest;

    private ImagePattern(string name, string? tag, string? digest)
    {
        this._name = Matching(name);
        this._tag = tag is null ? null : Matching(tag);
        this._digest = digest;
    }

    /// <summary>True when the pattern pins one content by digest.</summary>
    public bool Pinned => _digest is not null;

    /// <summary>Reads a pattern, or says what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImagePattern? pattern, out string problem)
    {
        pattern = null;
        problem = "is no image: write [host/]path[:tag] or [host/]path@sha256:…, with * within a part, ** for several, or * for all.";
        if (text == "*")
        {
            pattern = new ImagePattern("**", null, null);
            return true;
        }

        var match = Grammar().Match(text);
        if (!match.Success)
        {
            return false;
        }

        var (path, tag, digest) = (match.Groups["name"].Value, match.Groups["tag"], match.Groups["digest"]);
        if (path.Split('/') is [var first, _, ..] && first.Contains('*', StringComparison.Ordinal) && ImageReference.IsHost(first))
        {
            problem = "has a * in its host: name each registry.";
            return false;
        }

        if (tag.Success && digest.Success)
        {
            problem = "has both a tag and a digest: remove the tag.";
            return false;
        }

        pattern = new ImagePattern(
            ImageReference.FullName(path), tag.Success ? tag.Value : null, digest.Success ? digest.Value : null);
        return true;
    }

    /// <summary>Whether the rule is for this image. A tag in a pattern says nothing about an image that is named by digest.</summary>
    public bool Matches(ImageReference image) =>
        _name.IsMatch(image.Name)
        && (_digest is not null ? image.Pinned && image.Version == _digest
            : _tag is null || (!image.Pinned && _tag.IsMatch(image.Version)));

    private static Regex Matching(string glob) => new(
        $@"\A{Regex.Escape(glob).Replace(@"\*\*", ".+", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal)}\z",
        Exactly);

    [GeneratedRegex("""
        \A
        (?<name>
            (?: (?: [A-Za-z0-9.-]+ | \[ [A-Fa-f0-9:]+ \] ) (?: : [0-9]{1,5} )? / )?
            [a-z0-9*]+ (?: (?: [._] | __ | -+ ) [a-z0-9*]+ )*
            (?: / [a-z0-9*]+ (?: (?: [._] | __ | -+ ) [a-z0-9*]+ )* )*
        )
        (?: : (?<tag> [A-Za-z0-9_*] [A-Za-z0-9_.*-]{0,127} ) )?
        (?: @ (?<digest> sha256 : [a-f0-9]{64} ) )?
        \z
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Grammar();
}
