namespace OrleansHybrid.Silo.Security;

/// <summary>
/// The token in each form of the web page: a stamp that belongs to one visit, so that no other site can send it.
/// </summary>
internal sealed class PageForms(PageSeals seals)
{
    /// <summary>The name of the field that carries it.</summary>
    public const string Field = "form_token";

    /// <summary>The token for a visit's forms.</summary>
    public string TokenFor(string visitId) => seals.Stamp(Place(visitId));

    /// <summary>True for a token that this visit was given.</summary>
    public bool IsTokenOf(string visitId, string? token) => seals.IsStamp(token, Place(visitId), PageSessions.Longest);

    private static string Place(string visitId) => $"form/{visitId}";
}
