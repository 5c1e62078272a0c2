using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace OrleansHybrid.Primitives.Codes;

/// <summary>
/// An image's name as the registry grammar allows it: <c>[host/]path[:tag][@digest]</c>. It is written in full, with its host, so that
/// the engine is asked for exactly what a policy has checked, and takes no name for the id of a local image.
/// </summary>
public sealed partial record ImageReference
{
    private const string DockerHub = "docker.io";
    private const int MaxTextLength = 600;
    private const int MaxNameLength = 255;

    private ImageReference(string name, string version, bool pinned)
    {
        Name = name;
        Version = version;
        Pinned = pinned;
    }

    /// <summary>Host, in small letters, and path, without tag and digest: <c>docker.io/library/busybox</c>.</summary>
    public string Name { get; }

    /// <summary>The digest, else the tag, else <c>latest</c>: asked for none, an engine would pull every tag.</summary>
    public string Version { get; }

    /// <summary>True when <see cref="Version"/> is a digest.</summary>
    public bool Pinned { get; }

    /// <summary>The registry's host of an image reference, in lower case; <c>docker.io</c> where it names none.</summary>
    public static string GetHost(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && IsHost(text[..slash]) ? text[..slash].ToLowerInvariant() : DockerHub;
    }

    /// <summary>Reads a reference; what is none, such as an option or a path, never gets into a URL.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? image)
    {
        ArgumentNullException.ThrowIfNull(text);
        var match = text.Length <= MaxTextLength ? Grammar().Match(text) : Match.Empty;
        var name = match.Groups["name"].Value;
        if (!match.Success || name.Length > MaxNameLength)
        {
            image = null;
            return false;
        }

        var digest = match.Groups["digest"];
        var tag = match.Groups["tag"];
        image = new ImageReference(
            FullName(name), digest.Success ? digest.Value : tag.Success ? tag.Value : "latest", digest.Success);
        return true;
    }

    /// <summary>A name as engines understand it: what has no host in front is at Docker Hub.</summary>
    public static string FullName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var (host, path) = slash > 0 && IsHost(name[..slash])
            ? (name[..slash].ToLowerInvariant(), name[(slash + 1)..])
            : (DockerHub, name);
        return host is not (DockerHub or "index." + DockerHub) ? $"{host}/{path}"
            : path.Contains('/', StringComparison.Ordinal) ? $"{DockerHub}/{path}"
            : $"{DockerHub}/library/{path}";
    }

    /// <summary>Whether the first part of a name is a registry's host, and not the first part of a path at Docker Hub.</summary>
    public static bool IsHost(string first) =>
        first == "localhost" || first.AsSpan().ContainsAny('.', ':') || first.Any(char.IsAsciiLetterUpper);

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
