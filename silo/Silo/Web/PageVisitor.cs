using Microsoft.AspNetCore.Http.Features;
using OrleansHybrid.Domain.Projects;

namespace OrleansHybrid.Silo.Web;

/// <summary>The visitor of a page, with what its layout and its forms need.</summary>
public sealed record PageVisitor
{
    /// <summary>The session's id, or, before signing in, the visitor's.</summary>
    public required string Id { get; init; }

    /// <summary>What this visit's forms carry.</summary>
    public required string FormToken { get; init; }

    /// <summary>The signed-in user; null before signing in.</summary>
    public User? User { get; init; }

    /// <summary>The user's projects.</summary>
    public IReadOnlyList<Project> Projects { get; init; } = [];

    /// <summary>The project that the page is about; null when it is about none.</summary>
    public Project? Project { get; init; }
}

/// <summary>Where a request keeps its visit.</summary>
internal static class PageVisitorExtensions
{
    public static PageVisitor PageVisitor(this HttpContext http) => http.Features.GetRequiredFeature<PageVisitor>();
}
