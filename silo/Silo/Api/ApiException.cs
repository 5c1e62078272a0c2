using OrleansHybrid.Domain.Decisions;

namespace OrleansHybrid.Silo.Api;

/// <summary>Invalid input; the error names the field and the rule.</summary>
internal sealed class ApiException(DomainError error) : Exception(error.Message)
{
    public ApiException(string message)
        : this(new DomainError(ErrorKind.Invalid, message))
    {
    }

    /// <summary>The error to respond with.</summary>
    public DomainError Error { get; } = error;

    /// <summary>A required field is missing.</summary>
    public static ApiException Missing(string field) =>
        new(new DomainError(ErrorKind.Missing, $"{field} is required"));

    /// <summary>A limit of ours is reached.</summary>
    public static ApiException Forbidden(string message) => new(new DomainError(ErrorKind.Forbidden, message));
}
