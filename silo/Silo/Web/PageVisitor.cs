using OrleansHybrid.Domain.Projects;

namespace OrleansHybrid.Silo.Web;

/// <summary>The visitor of a page, with what its layout and its forms need.</summary>
public sealed record PageVisitor
{
    /// <summary>Makes the antiforgery token of the page's forms; a page without forms makes none.</summary>
    public required Func<string> FormToken { get; init; }

    /// <summary>The signed-in user; null before signing in.</summary>
    public User? User { get; init; }

    /// <summary>The user's projects.</summary>
    public IReadOnlyList<Project> Projects { get; init; } = [];

    /// <summary>The project that the page is about; null when it is about none.</summary>
    public Project? Project { get; init; }
}
